using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Types;

/// <summary>Literals as the bytes of a type, or Cassandra's refusal.</summary>
internal static class LiteralReader
{
    /// <param name="literal">Not null.</param>
    /// <param name="type">What it has to become.</param>
    /// <param name="receiver">The column it is for, to name it in a refusal.</param>
    public static byte[] Read(Literal literal, CqlType type, string receiver)
    {
        if (type is not NativeType { Kind: var kind } || !Fits(literal.Kind, kind))
        {
            throw CqlException.Invalid(
                $"Invalid {literal.Kind.ToString().ToUpperInvariant()} constant ({literal.Text}) for \"{receiver}\" of type {type}");
        }

        return Parse(literal.Text, kind) ?? throw CqlException.Invalid(Unable(kind, literal.Text));
    }

    private static bool Fits(LiteralKind literal, NativeKind type) => literal switch
    {
        LiteralKind.String => type is NativeKind.Ascii or NativeKind.Text or NativeKind.Inet or NativeKind.Date
            or NativeKind.Time or NativeKind.Timestamp,
        LiteralKind.Integer => type is NativeKind.Bigint or NativeKind.Counter or NativeKind.Date or NativeKind.Decimal
            or NativeKind.Double or NativeKind.Float or NativeKind.Int or NativeKind.Smallint or NativeKind.Time
            or NativeKind.Timestamp or NativeKind.Tinyint or NativeKind.Varint,
        LiteralKind.Float => type is NativeKind.Decimal or NativeKind.Double or NativeKind.Float,
        LiteralKind.Uuid => type is NativeKind.Uuid or NativeKind.Timeuuid,
        LiteralKind.Boolean => type is NativeKind.Boolean,
        LiteralKind.Hex => type is NativeKind.Blob,
        _ => false,
    };

    private static string Unable(NativeKind kind, string text) => kind switch
    {
        NativeKind.Inet => $"Unable to make inet address from '{text}'",
        NativeKind.Timestamp => $"Unable to parse a date/time from '{text}'",
        NativeKind.Blob => "An hex string representing bytes must have an even length",
        NativeKind.Bigint or NativeKind.Counter => $"Unable to make long from '{text}'",
        NativeKind.Text => "String didn't validate.",
        _ => $"Unable to make {kind.ToString().ToLowerInvariant()} from '{text}'",
    };

    private static byte[]? Parse(string text, NativeKind kind) => kind switch
    {
        NativeKind.Text => Utf8(text),
        NativeKind.Ascii => System.Text.Ascii.IsValid(text) ? CqlValue.Text(text) : null,
        NativeKind.Int => Integer(text, 4),
        NativeKind.Bigint or NativeKind.Counter => Integer(text, 8),
        NativeKind.Smallint => Integer(text, 2),
        NativeKind.Tinyint => Integer(text, 1),
        NativeKind.Varint => Number(text)?.ToByteArray(isBigEndian: true),
        NativeKind.Timestamp => Timestamp(text),
        NativeKind.Date => Date(text),
        NativeKind.Time => Time(text),
        NativeKind.Double => Real(text) is { } real ? CqlValue.Double(real) : null,
        NativeKind.Float => Real(text) is { } real ? CqlValue.Int(BitConverter.SingleToInt32Bits((float)real)) : null,
        NativeKind.Decimal => Decimal(text),
        NativeKind.Boolean => CqlValue.Boolean(text.Equals("true", StringComparison.OrdinalIgnoreCase)),
        NativeKind.Uuid => Guid.TryParse(text, out var uuid) ? CqlValue.Uuid(uuid) : null,
        NativeKind.Timeuuid => Guid.TryParse(text, out var time) && time.Version == 1 ? CqlValue.Uuid(time) : null,
        NativeKind.Inet => IPAddress.TryParse(text, out var address) ? CqlValue.Inet(address) : null,
        NativeKind.Blob => text.Length % 2 == 0 ? Convert.FromHexString(text.AsSpan(2)) : null,
        _ => null,
    };

    /// <summary>Half of a surrogate pair is a character in a query's UTF-16, but no text.</summary>
    private static byte[]? Utf8(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return null;
            }
        }

        return CqlValue.Text(text);
    }

    private static BigInteger? Number(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static byte[]? Integer(string text, int size)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        int bits = (size * 8) - 1;
        bool fits = bits == 63 || (number >> bits) is 0 or -1;
        return fits ? CqlValue.Bigint(number)[(8 - size)..] : null;
    }

    private static double? Real(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real : null,
    };

    private static byte[]? Decimal(string text)
    {
        if (text.Contains('e', StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        int point = text.IndexOf('.', StringComparison.Ordinal);
        int scale = point < 0 ? 0 : text.Length - point - 1;
        return Number(text.Replace(".", "", StringComparison.Ordinal)) is { } unscaled
            ? [.. CqlValue.Int(scale), .. unscaled.ToByteArray(isBigEndian: true)]
            : null;
    }

    private static byte[]? Timestamp(string text)
    {
        if (Integer(text, 8) is { } milliseconds)
        {
            return milliseconds;
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var moment)
            ? CqlValue.Bigint(moment.ToUnixTimeMilliseconds())
            : null;
    }

    /// <summary>Days, with the epoch in the middle of the unsigned range.</summary>
    private static byte[]? Date(string text)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint raw))
        {
            return CqlValue.Int((int)raw);
        }

        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return null;
        }

        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) + (1u << 31));
        return bytes;
    }

    private static byte[]? Time(string text)
    {
        if (Integer(text, 8) is { } nanoseconds)
        {
            return nanoseconds;
        }

        return TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? CqlValue.Bigint(time.Ticks * 100) : null;
    }
}
