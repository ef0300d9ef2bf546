using System.Globalization;
using Holdfast.Sessions;

namespace Holdfast.Configuration.Values;

/// <summary>A whole number in decimal digits, within a range; <c>1_000</c> is 1000, as in YAML 1.1.</summary>
internal sealed class WholeNumber(int minimum, int maximum) : ValueGrammar<int>
{
    public override string Description => $"a whole number from {minimum} to {maximum}";

    public override bool TryRead(string text, out int value, out string problem)
    {
        problem = "";
        if (Digits.TryRead(text, out var wide) && wide >= minimum && wide <= maximum)
        {
            value = (int)wide;
            return true;
        }

        value = 0;
        problem = Expected(text);
        return false;
    }

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A share of one, in decimal: 0.01 is a hundredth.</summary>
internal sealed class Fraction : ValueGrammar<double>
{
    public override string Description => "a number from 0 to 1, such as 0.01";

    public override bool TryRead(string text, out double value, out string problem)
    {
        var read = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1;
        problem = read ? "" : Expected(text);
        return read;
    }

    public override string Format(double value) => value.ToString("0.################", CultureInfo.InvariantCulture);
}

/// <summary>Milliseconds as a bare whole number: Kask's way for keys that end in <c>_ms</c>.</summary>
internal sealed class Milliseconds(int minimum, int maximum) : ValueGrammar<TimeSpan>
{
    public override string Description => $"milliseconds, a whole number from {minimum} to {maximum}";

    public override bool TryRead(string text, out TimeSpan value, out string problem)
    {
        problem = "";
        if (Digits.TryRead(text, out var wide) && wide >= minimum && wide <= maximum)
        {
            value = TimeSpan.FromMilliseconds(wide);
            return true;
        }

        value = default;
        problem = Expected(text);
        return false;
    }

    public override string Format(TimeSpan value) => ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A time to live: whole seconds, as in Kask.</summary>
internal sealed class TtlSeconds(string meaningOfZero) : ValueGrammar<SessionTtl>
{
    public override string Description => $"seconds, a whole number from 0 ({meaningOfZero}) to {SessionTtl.MaxSeconds}";

    public override bool TryRead(string text, out SessionTtl value, out string problem)
    {
        problem = "";
        if (Digits.TryRead(text, out var wide) && wide is >= 0 and <= SessionTtl.MaxSeconds)
        {
            value = new SessionTtl((int)wide);
            return true;
        }

        value = default;
        problem = Expected(text);
        return false;
    }

    public override string Format(SessionTtl value) => value.Seconds.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An amount of bytes: a whole number, or one with KiB, MiB, GiB or TiB.</summary>
internal sealed class Bytes(long minimum, long maximum) : ValueGrammar<long>
{
    private static readonly (string Suffix, long Factor)[] s_units =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("", 1)];

    public override string Description => $"bytes from {Format(minimum)} to {Format(maximum)}, such as 1048576 or 256MiB";

    public override bool TryRead(string text, out long value, out string problem)
    {
        problem = "";
        var (suffix, factor) = s_units.First(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        if (Digits.TryRead(text[..^suffix.Length].TrimEnd(' '), out var amount)
            && amount <= maximum / factor && amount * factor >= minimum)
        {
            value = amount * factor;
            return true;
        }

        value = 0;
        problem = Expected(text);
        return false;
    }

    public override string Format(long value)
    {
        var (suffix, factor) = value == 0 ? s_units[^1] : s_units.First(unit => value % unit.Factor == 0);
        return $"{value / factor}{suffix}";
    }
}

/// <summary>Bytes that an array can hold.</summary>
internal sealed class SmallBytes(int minimum, int maximum) : ValueGrammar<int>
{
    private readonly Bytes _bytes = new(minimum, maximum);

    public override string Description => _bytes.Description;

    public override bool TryRead(string text, out int value, out string problem)
    {
        var read = _bytes.TryRead(text, out var wide, out problem);
        value = (int)wide;
        return read;
    }

    public override string Format(int value) => _bytes.Format(value);
}

/// <summary>A length of time with its unit: <c>100ms</c>, <c>5s</c>, <c>1m</c>, <c>1h</c>.</summary>
internal sealed class Duration(TimeSpan minimum, TimeSpan maximum) : ValueGrammar<TimeSpan>
{
    // "ms" before "s": the first suffix that fits is taken.
    private static readonly (string Suffix, long Ticks)[] s_units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
    ];

    public override string Description => $"a time with its unit from {Format(minimum)} to {Format(maximum)}, such as 100ms, 5s or 1m";

    public override bool TryRead(string text, out TimeSpan value, out string problem)
    {
        problem = "";
        var (suffix, ticks) = s_units.FirstOrDefault(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        if (suffix is not null
            && Digits.TryRead(text[..^suffix.Length].TrimEnd(' '), out var amount)
            && amount >= 0 && amount <= maximum.Ticks / ticks && amount * ticks >= minimum.Ticks)
        {
            value = new TimeSpan(amount * ticks);
            return true;
        }

        value = default;
        problem = Expected(text);
        return false;
    }

    public override string Format(TimeSpan value) => value switch
    {
        { Ticks: 0 } => "0s",
        _ when value.Ticks % TimeSpan.TicksPerHour == 0 => $"{value.Ticks / TimeSpan.TicksPerHour}h",
        _ when value.Ticks % TimeSpan.TicksPerMinute == 0 => $"{value.Ticks / TimeSpan.TicksPerMinute}m",
        _ when value.Ticks % TimeSpan.TicksPerSecond == 0 => $"{value.Ticks / TimeSpan.TicksPerSecond}s",
        _ => $"{value.Ticks / TimeSpan.TicksPerMillisecond}ms",
    };
}

/// <summary>Decimal digits, and only those that every YAML reader understands alike: 010 is eight to some, ten to others.</summary>
internal static class Digits
{
    public static bool TryRead(string text, out long value)
    {
        value = 0;
        var digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0]) || !char.IsAsciiDigit(digits[^1]) || (digits[0] == '0' && digits.Length > 1))
        {
            return false;
        }

        return long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
