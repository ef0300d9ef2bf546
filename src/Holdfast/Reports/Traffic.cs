using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>A minute of the clock over all instances.</summary>
internal sealed record Minute(DateTimeOffset From, long Good, long Error, long Slow, IReadOnlyDictionary<string, long> Failures)
{
    /// <summary>Worth a line: somebody got an error, or more than the objective allows waited too long (three at least: docs/slo.md).</summary>
    public bool IsBad => Traffic.IsBad(Good, Error, Slow);
}

/// <summary>What became of the requests, and what it cost of the objective's budget (docs/slo.md).</summary>
internal sealed class Traffic
{
    /// <summary>99.95 % shall be good.</summary>
    public const double BadShareAllowed = 0.0005;

    private const double BudgetSeconds = 30 * 24 * 3600;

    public Traffic(History history)
    {
        var told = history.Of<MinutePassed>().ToList();
        Minutes =
        [
            .. from one in told
               group one.Event by one.Event.From.AddTicks(-(one.Event.From.Ticks % TimeSpan.TicksPerMinute)) into minute
               orderby minute.Key
               select new Minute(minute.Key, minute.Sum(m => m.Good), minute.Sum(m => m.Error), minute.Sum(m => m.Slow), Sum(minute)),
        ];
        (Good, Error, Slow) = (Minutes.Sum(minute => minute.Good), Minutes.Sum(minute => minute.Error), Minutes.Sum(minute => minute.Slow));
        Failures = Sum(told.Select(one => one.Event));
        Lost = history.Of<SessionLost>().Count();

        // Each instance's own rate: one of them may have run for a part of the time.
        RequestsPerSecond = told.GroupBy(one => one.At.Log).Sum(log =>
            log.Sum(one => one.Event.Good + one.Event.Error + one.Event.Slow)
            / Math.Max(1, log.Sum(one => (one.Event.At - one.Event.From).TotalSeconds)));
    }

    public IReadOnlyList<Minute> Minutes { get; }

    public long Good { get; }

    public long Error { get; }

    public long Slow { get; }

    /// <summary>Confirmed session losses: each is a bad event.</summary>
    public int Lost { get; }

    /// <summary>What the storage failed, by kind.</summary>
    public IReadOnlyDictionary<string, long> Failures { get; }

    public double RequestsPerSecond { get; }

    public long Requests => Good + Error + Slow;

    public long Bad => Error + Slow + Lost;

    /// <summary>Bad requests that 30 days at this rate would allow.</summary>
    public double Budget => RequestsPerSecond * BudgetSeconds * BadShareAllowed;

    /// <summary>The minute with the most bad requests; null when none was bad.</summary>
    public Minute? Peak => Minutes.Where(minute => minute.IsBad).MaxBy(minute => minute.Error + minute.Slow);

    public static bool IsBad(MinutePassed part) => IsBad(part.Good, part.Error, part.Slow);

    public static bool IsBad(long good, long error, long slow) => error > 0 || (slow >= 3 && slow > (good + slow) * BadShareAllowed);

    private static SortedDictionary<string, long> Sum(IEnumerable<MinutePassed> minutes)
    {
        SortedDictionary<string, long> sum = new(StringComparer.Ordinal);
        foreach (var (kind, count) in minutes.SelectMany(minute => minute.Failures ?? new Dictionary<string, long>()))
        {
            sum[kind] = sum.GetValueOrDefault(kind) + count;
        }

        return sum;
    }
}
