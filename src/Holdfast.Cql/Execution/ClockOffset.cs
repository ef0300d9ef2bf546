namespace Holdfast.Cql.Execution;

/// <summary>
/// How far the coordinators' clocks are from this process's: what timestamps are corrected by, so that a newer write of one
/// instance does not lose to an older one of another whose clock is ahead. Pure and not thread-safe.
/// </summary>
/// <remarks>
/// A sample bounds a coordinator's offset: it read its clock after the question was sent and before the answer arrived. The
/// bounds of successive samples are intersected (K. Marzullo, S. Owicki, "Maintaining the Time in a Distributed System", 1983);
/// a sample that fits none of them is set aside, and a second one like it means that a clock was set. Of the coordinators the median counts, so that one with a
/// wrong clock misleads nobody.
/// </remarks>
internal sealed class ClockOffset
{
    /// <summary>
    /// Known so well, two instances' timestamps differ by less than the time in which one browser writes the same key through both.
    /// </summary>
    public static readonly TimeSpan Exact = TimeSpan.FromMilliseconds(3);

    /// <summary>So far off is a clock that nobody keeps in time; more is a clock that is wrong.</summary>
    public static readonly TimeSpan TrustAlone = TimeSpan.FromSeconds(10);

    /// <summary>Clocks that are in time with one another are nearer than this.</summary>
    public static readonly TimeSpan Agreement = TimeSpan.FromSeconds(1);

    /// <summary>now() is read in whole milliseconds.</summary>
    private const long ResolutionTicks = TimeSpan.TicksPerMillisecond;

    /// <summary>Samples that are intersected: clocks drift apart by up to 100 µs a second, so bounds must not get old.</summary>
    private const int SamplesMax = 8;

    private readonly SortedDictionary<HostId, Queue<(long Low, long High)>> _samples = [];
    private readonly Dictionary<HostId, (long Low, long High)> _strange = [];

    /// <summary>The median of the coordinators' offsets; null before the first sample. Positive: they are ahead.</summary>
    public TimeSpan? Median { get; private set; }

    /// <summary>
    /// The median, if timestamps may follow it; null if not. Near this process's own clock it is believed at once; an hour away only when
    /// most of the coordinators say the same: with one of three away and another one's clock wrong, the wrong one may be the median, and
    /// writes stamped by it are lost to what is stored already.
    /// </summary>
    /// <param name="coordinators">How many there are, whether they have been asked or not.</param>
    public TimeSpan? Trusted(int coordinators)
    {
        if (Median is not { } median || median.Duration() <= TrustAlone)
        {
            return Median;
        }

        int agree = _samples.Values.Count(samples => Math.Abs(Middle(samples) - median.Ticks) <= Agreement.Ticks);
        return agree >= 2 && agree * 2 > coordinators ? median : null;
    }

    /// <summary>How far <see cref="Median"/> may be wrong either way: the median of the coordinators' own; null before the first sample.</summary>
    public TimeSpan? Uncertainty { get; private set; }

    /// <summary>
    /// True once the median has been known to <see cref="Exact"/>: another coordinator's late answer, which makes it less exact for a moment, takes
    /// nothing back.
    /// </summary>
    public bool WasExact { get; private set; }

    /// <summary>How far the offset of one coordinator may be wrong either way; null without a sample.</summary>
    public TimeSpan? UncertaintyOf(HostId id) => _samples.TryGetValue(id, out Queue<(long Low, long High)>? samples)
        ? TimeSpan.FromTicks(HalfWidth(samples))
        : null;

    /// <summary>The offset of one coordinator; null without a sample.</summary>
    public TimeSpan? Of(HostId id) => _samples.TryGetValue(id, out Queue<(long Low, long High)>? samples)
        ? TimeSpan.FromTicks(Middle(samples))
        : null;

    /// <summary>A coordinator told its time.</summary>
    /// <param name="id">Which.</param>
    /// <param name="sent">This process's clock when the question was sent.</param>
    /// <param name="received">The same when the answer arrived.</param>
    /// <param name="told">What the coordinator said.</param>
    public void Add(HostId id, DateTimeOffset sent, DateTimeOffset received, DateTimeOffset told)
    {
        if (received < sent)
        {
            return; // this process's own clock was set back meanwhile
        }

        if (!_samples.TryGetValue(id, out Queue<(long Low, long High)>? samples))
        {
            samples = new Queue<(long, long)>();
            _samples.Add(id, samples);
        }

        (long Low, long High) sample = ((told - received).Ticks, (told - sent).Ticks + ResolutionTicks);
        if (samples.Count > 0 && (samples.Max(s => s.Low) > sample.High || samples.Min(s => s.High) < sample.Low))
        {
            bool again = _strange.TryGetValue(id, out (long Low, long High) before) && before.Low <= sample.High && before.High >= sample.Low;
            _strange[id] = sample;
            if (!again)
            {
                return;
            }

            samples.Clear();
            samples.Enqueue(before);
        }

        _strange.Remove(id);
        samples.Enqueue(sample);
        if (samples.Count > SamplesMax)
        {
            samples.Dequeue();
        }

        Measure();
    }

    /// <summary>A coordinator is gone.</summary>
    public void Remove(HostId id)
    {
        _strange.Remove(id);
        if (_samples.Remove(id))
        {
            Measure();
        }
    }

    private void Measure()
    {
        Median = MedianOf(Middle);
        Uncertainty = MedianOf(HalfWidth);
        WasExact |= Uncertainty <= Exact;
    }

    private TimeSpan? MedianOf(Func<Queue<(long Low, long High)>, long> read)
    {
        List<long> values = [.. _samples.Values.Select(read)];
        values.Sort();
        return values.Count == 0 ? null : TimeSpan.FromTicks(values[(values.Count - 1) / 2]);
    }

    private static long HalfWidth(Queue<(long Low, long High)> samples) =>
        (samples.Min(s => s.High) - samples.Max(s => s.Low)) / 2;

    private static long Middle(Queue<(long Low, long High)> samples) =>
        (samples.Max(s => s.Low) + samples.Min(s => s.High)) / 2;
}
