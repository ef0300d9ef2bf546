using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>
/// Which sentinels there are, when the next is to be written, and which are to be read now. A young one is read soon, an old one
/// seldom. Pure: it takes the time as an argument and does no I/O. Not thread-safe.
/// </summary>
internal sealed class SentinelSchedule(SentinelOptions options)
{
    /// <summary>Read at one time, so that a storage that hangs is not asked by hundreds.</summary>
    private const int DueMax = 16;

    private readonly List<Sentinel> _alive = [];
    private TimeSpan _nextWrite;
    private long _number;

    public int Alive => _alive.Count;

    /// <summary>The next sentinel to write, when it is time for one.</summary>
    public Sentinel? NextToWrite(TimeSpan now)
    {
        if (now < _nextWrite)
        {
            return null;
        }

        _nextWrite = now + options.Every;
        long number = _number++;
        return new Sentinel(number, number % options.LongOneIn == 0 ? options.LongLife : options.Life, now);
    }

    /// <summary>It was acknowledged: from now on it has to be there.</summary>
    public void Written(Sentinel sentinel, TimeSpan now)
    {
        sentinel.ReadAt = now + options.PauseMin;
        if (sentinel.ReadAt < LeftAloneFrom(sentinel))
        {
            _alive.Add(sentinel);
        }
    }

    /// <summary>Those whose read is due; those near their end are forgotten.</summary>
    public IReadOnlyList<Sentinel> Due(TimeSpan now)
    {
        _alive.RemoveAll(sentinel => now >= LeftAloneFrom(sentinel));
        return [.. _alive.Where(sentinel => now >= sentinel.ReadAt).Take(DueMax)];
    }

    /// <summary>
    /// A read ended at this moment. A loss is a loss only when the read ended well before the sentinel's end.
    /// </summary>
    /// <returns>The answer as it counts.</returns>
    public SentinelAnswer Answered(Sentinel sentinel, SentinelAnswer answer, TimeSpan now)
    {
        if (answer == SentinelAnswer.MissingOnce)
        {
            sentinel.MissedAt ??= now;
            bool final = options.MissIsFinal && now - sentinel.MissedAt >= options.PatienceWithMiss;
            answer = final ? SentinelAnswer.Missing : SentinelAnswer.Unanswered;
        }

        if (answer == SentinelAnswer.Missing)
        {
            bool expectedHere = _alive.Remove(sentinel) && now < LeftAloneFrom(sentinel);
            return expectedHere ? SentinelAnswer.Missing : SentinelAnswer.Unanswered;
        }

        if (answer != SentinelAnswer.Unanswered)
        {
            sentinel.MissedAt = null;
        }

        TimeSpan age = now - sentinel.WrittenAt;
        TimeSpan longest = Shorter(TimeSpan.FromSeconds(sentinel.Life.Seconds / 5.0), options.PauseMax);
        TimeSpan pause = answer == SentinelAnswer.Unanswered ? options.PauseMin : Shorter(age, longest);
        sentinel.ReadAt = now + (pause > options.PauseMin ? pause : options.PauseMin);

        // Once more just before its end: what is lost late is found, too.
        TimeSpan last = LeftAloneFrom(sentinel) - options.PauseMin;
        sentinel.ReadAt = sentinel.ReadAt > last && now < last ? last : sentinel.ReadAt;
        return answer;
    }

    private TimeSpan LeftAloneFrom(Sentinel sentinel) =>
        sentinel.WrittenAt + TimeSpan.FromSeconds(sentinel.Life.Seconds) - options.ExpiryMargin;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>One sentinel session.</summary>
/// <param name="Number">Tells it from the others of this process.</param>
/// <param name="Life">What it was written to live.</param>
/// <param name="WrittenAt">When its write began.</param>
internal sealed record Sentinel(long Number, SessionTtl Life, TimeSpan WrittenAt)
{
    /// <summary>When it is read next.</summary>
    public TimeSpan ReadAt { get; set; }

    /// <summary>Since when reads have missed it without a second opinion.</summary>
    public TimeSpan? MissedAt { get; set; }
}
