using System.Diagnostics.Metrics;
using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>What was found out about lost sessions, as metrics read it: fields that a scrape looks at. Thread-safe.</summary>
/// <remarks>Lives in this folder: whether what was acknowledged is still there. Sentinels, and what this instance wrote.</remarks>
public sealed class LossCounts
{
    private long _confirmed;
    private long _alive;
    private long _found;
    private long _missing;
    private long _unanswered;
    private long _prevented;
    private long _secondFound;
    private long _secondMissing;
    private long _secondUnanswered;
    private long _secondSkipped;
    private long _unexplained;

    /// <summary>Sentinels that were acknowledged and gone before their time.</summary>
    public long Confirmed => Volatile.Read(ref _confirmed);

    /// <summary>Reads that found nothing, where a second one found the value.</summary>
    public long StaleReadsPrevented => Volatile.Read(ref _prevented);

    /// <summary>Sentinels' reads that found their value.</summary>
    public long SentinelsFound => Volatile.Read(ref _found);

    /// <summary>Sentinels' reads that were not answered.</summary>
    public long SentinelsUnanswered => Volatile.Read(ref _unanswered);

    /// <summary>Reads that found nothing and were made again, because this instance had written the key.</summary>
    public long SecondReads => Volatile.Read(ref _secondFound) + Volatile.Read(ref _secondMissing) + Volatile.Read(ref _secondUnanswered);

    /// <summary>Reads that missed what this instance had written, twice: deleted through another instance, or lost.</summary>
    public long UnexplainedMisses => Volatile.Read(ref _unexplained);

    /// <summary>Says how many keys are remembered now.</summary>
    internal Func<long> Remembered { get; set; } = () => 0;

    /// <summary>The sentinels' interval, and how long ago the storage last said whether one is there; null without sentinels.</summary>
    internal (TimeSpan Every, Func<TimeSpan> Age)? Sentinels { get; set; }

    /// <summary>Registers the metrics.</summary>
    public void Register(IMeterFactory? meters)
    {
        if (meters?.Create(InsightMeter.Name) is not { } meter)
        {
            return;
        }

        _ = meter.CreateObservableCounter(
            "holdfast_session_loss_confirmed", () => Confirmed, "{session}", "Sentinel sessions that were acknowledged and gone before their time");
        _ = meter.CreateObservableGauge(
            "holdfast_session_sentinels", () => Volatile.Read(ref _alive), "{session}", "Sentinel sessions that should be there now");
        _ = meter.CreateObservableCounter(
            "holdfast_session_sentinel_reads",
            () => new Measurement<long>[]
            {
                new(SentinelsFound, new KeyValuePair<string, object?>("result", "found")),
                new(Volatile.Read(ref _missing), new KeyValuePair<string, object?>("result", "missing")),
                new(SentinelsUnanswered, new KeyValuePair<string, object?>("result", "unanswered")),
            },
            "{read}",
            "Reads of sentinel sessions by result");
        _ = meter.CreateObservableCounter(
            "holdfast_session_stale_reads_prevented", () => StaleReadsPrevented, "{read}",
            "Reads that found nothing, where a second one at a stronger level found the value and it was returned");
        _ = meter.CreateObservableCounter(
            "holdfast_session_second_reads",
            () => new Measurement<long>[]
            {
                new(Volatile.Read(ref _secondFound), new KeyValuePair<string, object?>("result", "found")),
                new(Volatile.Read(ref _secondMissing), new KeyValuePair<string, object?>("result", "missing")),
                new(Volatile.Read(ref _secondUnanswered), new KeyValuePair<string, object?>("result", "unanswered")),
                new(Volatile.Read(ref _secondSkipped), new KeyValuePair<string, object?>("result", "skipped")),
            },
            "{read}",
            "Reads that missed what this instance wrote and were made again, by result; skipped were not, because too many others were. Unanswered and skipped ones were answered 404");
        _ = meter.CreateObservableCounter(
            "holdfast_session_unexplained_misses", () => UnexplainedMisses, "{read}",
            "Reads that missed what this instance wrote, twice: deleted through another instance, or lost");
        _ = meter.CreateObservableGauge(
            "holdfast_session_remembered", () => Remembered(), "{session}", "Sessions that this instance wrote and remembers");
        _ = meter.CreateObservableGauge(
            "holdfast_session_sentinel_age_seconds", () => OfSentinels(sentinels => sentinels.Age()), "s",
            "How long ago the storage last said whether a sentinel session is there");
        _ = meter.CreateObservableGauge(
            "holdfast_session_sentinel_interval_seconds", () => OfSentinels(sentinels => sentinels.Every), "s",
            "How often a sentinel session is to be written");
    }

    internal void SentinelRead(SentinelAnswer answer)
    {
        switch (answer)
        {
            case SentinelAnswer.Found:
                Interlocked.Increment(ref _found);
                break;
            case SentinelAnswer.FoundAtLast:
                Interlocked.Increment(ref _found);
                Interlocked.Increment(ref _prevented);
                break;
            case SentinelAnswer.Missing:
                Interlocked.Increment(ref _missing);
                Interlocked.Increment(ref _confirmed);
                break;
            default:
                Interlocked.Increment(ref _unanswered);
                break;
        }
    }

    internal void SecondRead(StoreStatus answer, bool stale, bool unexplained)
    {
        switch (answer)
        {
            case StoreStatus.Ok:
                Interlocked.Increment(ref _secondFound);
                break;
            case StoreStatus.NotFound:
                Interlocked.Increment(ref _secondMissing);
                break;
            default:
                Interlocked.Increment(ref _secondUnanswered);
                break;
        }

        if (stale)
        {
            Interlocked.Increment(ref _prevented);
        }

        if (unexplained)
        {
            Interlocked.Increment(ref _unexplained);
        }
    }

    internal void SecondReadSkipped() => Interlocked.Increment(ref _secondSkipped);

    internal void SentinelsAlive(int count) => Volatile.Write(ref _alive, count);

    private IEnumerable<Measurement<double>> OfSentinels(Func<(TimeSpan Every, Func<TimeSpan> Age), TimeSpan> what) =>
        Sentinels is { } sentinels ? [new(what(sentinels).TotalSeconds)] : [];
}
