namespace Holdfast.Telemetry.Logging;

/// <summary>A text that was held back, and how often.</summary>
internal readonly record struct HeldBack(string Text, LogLevel Level, long Count);

/// <summary>
/// Lets each text through a bounded number of times a second and counts the rest: an outage fails every request with the
/// same line, and the log must outlive it. Pure: it is told the time.
/// </summary>
internal sealed class RepeatedLines
{
    public const int LinesASecond = 50;
    public const int TextsASecond = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private long _others;
    private long _second = long.MinValue;

    /// <summary>True when the line may go out; what the second before held back is in <paramref name="heldBack"/>.</summary>
    public bool Admit(string text, LogLevel level, DateTimeOffset now, out HeldBack[] heldBack)
    {
        lock (_lock)
        {
            heldBack = Turn(now);
            if (!_seen.TryGetValue(text, out var seen))
            {
                if (_seen.Count == TextsASecond)
                {
                    _others++;
                    return false;
                }

                _seen.Add(text, seen = new Seen(level));
            }

            return ++seen.Count <= LinesASecond;
        }
    }

    /// <summary>What was held back before the present second.</summary>
    public HeldBack[] Collect(DateTimeOffset now)
    {
        lock (_lock)
        {
            return Turn(now);
        }
    }

    /// <summary>What was held back so far, whatever the time: the last words.</summary>
    public HeldBack[] CollectAll()
    {
        lock (_lock)
        {
            return Empty();
        }
    }

    private HeldBack[] Turn(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        if (second == _second)
        {
            return [];
        }

        _second = second;
        return Empty();
    }

    private HeldBack[] Empty()
    {
        List<HeldBack>? heldBack = null;
        foreach (var (text, seen) in _seen)
        {
            if (seen.Count > LinesASecond)
            {
                (heldBack ??= []).Add(new HeldBack(text, seen.Level, seen.Count - LinesASecond));
            }
        }

        if (_others > 0)
        {
            (heldBack ??= []).Add(new HeldBack("Other texts", LogLevel.Warning, _others));
        }

        _seen.Clear();
        _others = 0;
        return heldBack?.ToArray() ?? [];
    }

    private sealed class Seen(LogLevel level)
    {
        public LogLevel Level { get; } = level;

        public long Count { get; set; }
    }
}
