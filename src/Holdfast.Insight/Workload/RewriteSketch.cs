using System.Numerics.Tensors;

namespace Holdfast.Insight.Workload;

/// <summary>
/// The keys that are rewritten most, of any number of keys, in a fixed number of places: Space-Saving (A. Metwally, D. Agrawal,
/// A. El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005) over counts that halve every half-life, so that
/// what it tells is a rate of now.
/// </summary>
/// <remarks>
/// <para>A newcomer takes the place of the smallest and inherits its count as its possible error; a key whose true count is above
/// all counts divided by the places is therefore always there.</para>
/// <para>Decay goes forward: an event counts 2^(t / half-life), which leaves the order of old counts alone, and all are scaled down now and
/// then, before numbers become large. Pure, and used under its shard's lock.</para>
/// </remarks>
internal sealed class RewriteSketch(int places)
{
    public static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_leastAge = TimeSpan.FromSeconds(10);

    private const double HalvesBeforeScaling = 64;

    /// <summary>For so long an event weighs what the one before did: a 4,000th less than it should, and no power to be taken.</summary>
    private static readonly TimeSpan s_sameWeight = TimeSpan.FromMilliseconds(10);

    // What is searched with every rewrite, apart from what only its finder reads: eight cache lines each instead of fifty-six.
    private readonly ulong[] _keys = new ulong[places];
    private readonly double[] _counts = new double[places];
    private readonly Tally[] _tallies = new Tally[places];
    private TimeSpan _landmark;
    private TimeSpan _weighed = -s_sameWeight;
    private double _weight;

    /// <summary>A key was rewritten, or asked to be.</summary>
    public void Add(ulong key, bool sameValue, long bytes, NamespaceCounts space, TimeSpan now)
    {
        double weight = Weight(now);
        int place = Array.IndexOf(_keys, key);
        if (place < 0)
        {
            place = TensorPrimitives.IndexOfMin<double>(_counts);
            _keys[place] = key;
            _tallies[place] = new Tally { Error = _counts[place], Began = now };
        }

        _counts[place] += weight;
        ref Tally tally = ref _tallies[place];
        tally.Same += sameValue ? weight : 0;
        tally.Bytes = bytes;
        tally.Space = space;
    }

    /// <summary>
    /// How often a key is rewritten each second, at the very least: a key that began just now seems slow, and is not to be judged by a burst.
    /// Zero for one that is not known.
    /// </summary>
    public double AtLeastPerSecond(ulong key, TimeSpan now)
    {
        int place = Array.IndexOf(_keys, key);
        return place < 0 || _tallies[place].Space is null ? 0 : PerSecond(_counts[place] - _tallies[place].Error, now);
    }

    /// <summary>The key is gone: what is written under it next is something new.</summary>
    public void Forget(ulong key)
    {
        int place = Array.IndexOf(_keys, key);
        if (place >= 0)
        {
            (_keys[place], _counts[place], _tallies[place]) = (0, 0, default);
        }
    }

    public IEnumerable<RewrittenKey> Read(TimeSpan now)
    {
        for (int i = 0; i < places; i++)
        {
            if (_tallies[i] is { Space: { } space } tally)
            {
                double counted = _counts[i] - tally.Error;
                double young = Settled(now - tally.Began);
                yield return new RewrittenKey(
                    _keys[i], space, PerSecond(_counts[i], now) / young, PerSecond(counted, now) / young,
                    counted > 0 ? tally.Same / counted : 0, tally.Bytes);
            }
        }
    }

    /// <summary>At a steady rate of r, what is left of all events is r times the half-life divided by ln 2.</summary>
    private double PerSecond(double count, TimeSpan now) => count / Math.Pow(2, (now - _landmark) / HalfLife) * Math.Log(2) / HalfLife.TotalSeconds;

    /// <summary>
    /// Which part of a steady rate has been gathered after so long: without it, a key would seem slow until some half-lives have passed. Of
    /// less than ten seconds nobody shall conclude much.
    /// </summary>
    private static double Settled(TimeSpan age) =>
        1 - Math.Pow(2, -Math.Max(age.TotalSeconds, s_leastAge.TotalSeconds) / HalfLife.TotalSeconds);

    private double Weight(TimeSpan now)
    {
        if (now - _weighed < s_sameWeight)
        {
            return _weight;
        }

        double halves = (now - _landmark) / HalfLife;
        if (halves > HalvesBeforeScaling)
        {
            Scale(Math.Pow(2, -halves));
            (_landmark, halves) = (now, 0);
        }

        (_weighed, _weight) = (now, Math.Pow(2, halves));
        return _weight;
    }

    private void Scale(double factor)
    {
        for (int i = 0; i < places; i++)
        {
            _counts[i] *= factor;
            _tallies[i].Error *= factor;
            _tallies[i].Same *= factor;
        }
    }

    private struct Tally
    {
        public double Error;
        public double Same;
        public long Bytes;
        public TimeSpan Began;
        public NamespaceCounts? Space;
    }
}

/// <summary>One key that is rewritten often.</summary>
/// <param name="Key">Its keyed hash.</param>
/// <param name="Space">Its namespace.</param>
/// <param name="PerSecond">How often, at most.</param>
/// <param name="AtLeastPerSecond">How often, at least.</param>
/// <param name="SameValueShare">Of these, the share with the value that was there.</param>
/// <param name="Bytes">The last value's size.</param>
internal readonly record struct RewrittenKey(
    ulong Key, NamespaceCounts Space, double PerSecond, double AtLeastPerSecond, double SameValueShare, long Bytes);
