using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

public sealed class RewriteSketchTests
{
    private static readonly NamespaceCounts s_space = new("wiki", new QuotaLimit());

    [Theory]
    [InlineData(1, 300)]
    [InlineData(20, 300)]
    [InlineData(20, 20)]
    [InlineData(20, 10)]
    public void A_steady_rate_is_told_as_it_is_from_ten_seconds_on(int perSecond, int seconds)
    {
        RewriteSketch sketch = new(8);
        for (int i = 0; i < seconds * perSecond; i++)
        {
            sketch.Add(7, sameValue: i % 4 != 0, 100, s_space, TimeSpan.FromSeconds((double)i / perSecond));
        }

        RewrittenKey key = Assert.Single(sketch.Read(TimeSpan.FromSeconds(seconds)));
        Assert.InRange(key.PerSecond, perSecond * 0.95, perSecond * 1.05);
        Assert.Equal(key.PerSecond, key.AtLeastPerSecond);
        Assert.InRange(key.SameValueShare, 0.7, 0.8);
        Assert.InRange(sketch.AtLeastPerSecond(7, TimeSpan.FromSeconds(seconds)), 0, perSecond * 1.05);
    }

    [Fact]
    public void What_has_stopped_fades_by_half_each_half_life_however_long_ago_that_was()
    {
        RewriteSketch sketch = new(8);
        for (int i = 0; i < 1_000; i++)
        {
            sketch.Add(7, sameValue: false, 100, s_space, TimeSpan.Zero);
        }

        double first = sketch.AtLeastPerSecond(7, TimeSpan.Zero);
        Assert.Equal(first / 2, sketch.AtLeastPerSecond(7, RewriteSketch.HalfLife), 1e-9);
        Assert.Equal(first / 8, sketch.AtLeastPerSecond(7, RewriteSketch.HalfLife * 3), 1e-9);

        TimeSpan year = TimeSpan.FromDays(365);
        sketch.Add(8, sameValue: false, 100, s_space, year);
        Assert.Equal(0, sketch.AtLeastPerSecond(7, year), 1e-9);
        Assert.Equal(first / 1_000, sketch.AtLeastPerSecond(8, year), 1e-9);
        Assert.True(double.IsFinite(sketch.AtLeastPerSecond(8, year * 50)));
    }

    [Fact]
    public void A_key_that_is_gone_begins_anew()
    {
        RewriteSketch sketch = new(8);
        sketch.Add(7, sameValue: false, 100, s_space, TimeSpan.Zero);
        sketch.Forget(7);

        Assert.Equal(0, sketch.AtLeastPerSecond(7, TimeSpan.Zero));
        Assert.Empty(sketch.Read(TimeSpan.Zero));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Among_many_keys_no_rate_is_told_as_more_than_at_most_or_less_than_at_least_and_the_heaviest_are_all_there(int seed)
    {
        const int Keys = 20_000;
        const int Events = 200_000;
        const int Places = 64;
        RewriteSketch sketch = new(Places);
        Random random = new(seed);
        double[] truth = new double[Keys];
        for (int i = 0; i < Events; i++)
        {
            // Zipf: the n-th key about 1/n as often as the first.
            int key = (int)Math.Pow(Keys, random.NextDouble()) - 1;
            truth[key]++;
            sketch.Add((ulong)key + 1, sameValue: false, 1, s_space, TimeSpan.Zero);
        }

        List<RewrittenKey> told = [.. sketch.Read(TimeSpan.Zero)];
        double scale = told.First(key => key.Key == 1).AtLeastPerSecond / truth[0];
        Assert.All(told, key => Assert.InRange(truth[key.Key - 1] * scale, key.AtLeastPerSecond - 1e-6, key.PerSecond + 1e-6));
        Assert.All(
            Enumerable.Range(0, Keys).Where(key => truth[key] > Events / Places),
            key => Assert.Contains(told, candidate => candidate.Key == (ulong)key + 1));
        Assert.InRange(scale, 0.111, 0.113); // ln 2 / 30 / (1 - 2^(-10/30)): all of the heaviest was counted
    }
}
