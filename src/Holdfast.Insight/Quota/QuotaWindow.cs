namespace Holdfast.Insight.Quota;

/// <summary>
/// What one namespace asks to write, by whole seconds: how many of them were over its limits, and whether there is room in this one.
/// Thread-safe; the time is an argument.
/// </summary>
/// <remarks>
/// Lives in this folder: limits, and this window. What is asked for is judged, not what is let through: while a limit is enforced, the seconds
/// over it still say that somebody writes too much. What is let through decides whether there is room.
/// </remarks>
internal sealed class QuotaWindow(QuotaLimit limit)
{
    private readonly Lock _lock = new();
    private long _second = long.MinValue;
    private long _writes;
    private long _bytes;
    private long _writesPassed;
    private long _bytesPassed;
    private long _secondsOverWrites;
    private long _secondsOverBytes;
    private long _rejected;

    public QuotaLimit Limit => limit;

    /// <summary>A write is asked for. True when there is room for it in this second; it is then taken.</summary>
    public bool TryTake(long bytes, TimeSpan now)
    {
        lock (_lock)
        {
            Turn(now);
            bool wereWritesOver = IsOver(_writes, limit.WritesPerSecond);
            bool wereBytesOver = IsOver(_bytes, limit.BytesPerSecond);
            _writes++;
            _bytes += bytes;
            _secondsOverWrites += !wereWritesOver && IsOver(_writes, limit.WritesPerSecond) ? 1 : 0;
            _secondsOverBytes += !wereBytesOver && IsOver(_bytes, limit.BytesPerSecond) ? 1 : 0;
            if (IsOver(_writesPassed + 1, limit.WritesPerSecond) || IsOver(_bytesPassed + bytes, limit.BytesPerSecond))
            {
                return false;
            }

            Take(bytes);
            return true;
        }
    }

    /// <summary>The write that found no room passes all the same.</summary>
    public void PassBeyond(long bytes, TimeSpan now)
    {
        lock (_lock)
        {
            Turn(now);
            Take(bytes);
        }
    }

    /// <summary>The write that found no room was refused.</summary>
    public void Refuse() => Interlocked.Increment(ref _rejected);

    public QuotaCounts Read()
    {
        lock (_lock)
        {
            return new QuotaCounts(_secondsOverWrites, _secondsOverBytes, Volatile.Read(ref _rejected));
        }
    }

    private static bool IsOver(long amount, long most) => most > 0 && amount > most;

    private void Take(long bytes)
    {
        _writesPassed++;
        _bytesPassed += bytes;
    }

    private void Turn(TimeSpan now)
    {
        long second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second > _second)
        {
            (_second, _writes, _bytes, _writesPassed, _bytesPassed) = (second, 0, 0, 0, 0);
        }
    }
}

/// <summary>What a window has seen since the process began.</summary>
internal readonly record struct QuotaCounts(long SecondsOverWrites, long SecondsOverBytes, long Rejected);
