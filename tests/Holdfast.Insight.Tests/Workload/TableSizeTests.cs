using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

/// <summary>What the tables' sizes cost: a sixteenth of what an instance has, with a sixteenth of its keys (decision 0113).</summary>
public sealed class TableSizeTests(ITestOutputHelper output)
{
    private const int Slots = WorkloadRecorder.BucketsPerShard * 4;

    private readonly KeyedHash _hash = new(new byte[16]);

    [Theory]
    [InlineData(0.25, 0.995)]
    [InlineData(0.5, 0.96)]
    [InlineData(1, 0.8)]
    [InlineData(2, 0.5)]
    public void Of_rewrites_at_random_so_many_are_known(double keysForEachSlot, double share)
    {
        WrittenValues values = new(WorkloadRecorder.BucketsPerShard);
        Random random = new(1);
        int keys = (int)(Slots * keysForEachSlot);
        HashSet<int> written = [];
        (int Rewrites, int Known) counts = default;
        for (int i = 0; i < keys * 6; i++)
        {
            int key = random.Next(keys);
            TimeSpan now = TimeSpan.FromSeconds(i * 3_600.0 / (keys * 6));
            WrittenBefore before = values.Add(Scattered(key), 1, new SessionTtl(86_400), now);
            if (!written.Add(key))
            {
                counts = (counts.Rewrites + 1, counts.Known + (before == WrittenBefore.Unknown ? 0 : 1));
            }
        }

        double known = (double)counts.Known / counts.Rewrites;
        output.WriteLine(FormattableString.Invariant($"{keysForEachSlot} keys for each slot ({keysForEachSlot * Slots * 16:0} in all): {known:P2} of rewrites known"));
        Assert.InRange(known, share, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void A_key_that_is_rewritten_once_a_second_is_seen_among_so_many_others(int othersPerSecond)
    {
        // A shard's places; all its other keys are rewritten once each, over and over.
        RewriteSketch sketch = new(WorkloadRecorder.PlacesPerShard);
        NamespaceCounts space = new("wiki", new QuotaLimit());
        ulong other = 1_000;
        for (int second = 0; second < 300; second++)
        {
            TimeSpan now = TimeSpan.FromSeconds(second);
            sketch.Add(1, sameValue: false, 1, space, now);
            for (int i = 0; i < othersPerSecond; i++)
            {
                sketch.Add(other++, sameValue: false, 1, space, now);
            }
        }

        RewrittenKey told = sketch.Read(TimeSpan.FromSeconds(299)).First(key => key.Key == 1);
        double largestError = sketch.Read(TimeSpan.FromSeconds(299)).Where(key => key.Key != 1).Max(key => key.PerSecond - key.AtLeastPerSecond);
        output.WriteLine(FormattableString.Invariant(
            $"{othersPerSecond * 16} other rewrites a second in all: {told.AtLeastPerSecond:0.00}/s told, a newcomer's count is wrong by {largestError:0.000}/s at most"));
        Assert.InRange(told.AtLeastPerSecond, 0.95, 1.05);
    }

    /// <summary>As keys lie in the table: by their keyed hashes, and not evenly.</summary>
    private ulong Scattered(int key) => _hash.Of(BitConverter.GetBytes(key));
}
