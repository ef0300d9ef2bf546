using Holdfast.Cql.Execution;
using Xunit;

namespace Holdfast.Cql.Tests.Execution;

/// <summary>Whose clock timestamps may follow: writes stamped an hour back are acknowledged and never seen.</summary>
public sealed class ClockTrustTests
{
    private static readonly DateTimeOffset s_now = new(2023, 1, 24, 20, 50, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new double[] { }, null)]
    [InlineData(new[] { 0.4 }, 0.4)] // near, and all that is known
    [InlineData(new[] { -3600.0 }, null)]
    [InlineData(new[] { -3600.0, 0.1 }, null)] // one of three is away, and the lower of two is taken for the median
    [InlineData(new[] { 3600.0, 0.1 }, 0.1)]
    [InlineData(new[] { -3600.0, 0.1, 0.2 }, 0.1)]
    [InlineData(new[] { 3600.0, 3600.2 }, 3600.0)] // most of them: it is this process's clock that is wrong
    [InlineData(new[] { 3600.0, 3600.2, 3600.4 }, 3600.2)]
    [InlineData(new[] { -7200.0, 0.1, 3600.0 }, 0.1)]
    [InlineData(new[] { -60.0, -90.0, -120.0 }, null)] // nobody agrees with anybody
    public void A_clock_far_away_is_followed_when_most_coordinators_have_it(double[] offsets, double? followed)
    {
        ClockOffset clocks = new();
        for (int i = 0; i < offsets.Length; i++)
        {
            DateTimeOffset told = s_now + TimeSpan.FromSeconds(offsets[i]);
            clocks.Add(new HostId(new Guid(i + 1, 0, 0, new byte[8])), s_now, s_now, told);
        }

        double? trusted = clocks.Trusted(coordinators: 3)?.TotalSeconds;

        Assert.Equal(followed is null, trusted is null);
        Assert.Equal(followed ?? 0, trusted ?? 0, 0.01);
    }

    [Fact]
    public void A_late_answer_of_one_takes_nothing_back_from_what_is_known_by_another()
    {
        ClockOffset clocks = new();
        Assert.False(clocks.WasExact);
        Ask(1, answeredAfter: 80);
        Assert.False(clocks.WasExact);
        Ask(1, answeredAfter: 1);
        Assert.True(clocks.WasExact);

        Ask(2, answeredAfter: 90);
        Ask(3, answeredAfter: 90);

        Assert.True(clocks.Uncertainty > ClockOffset.Exact);
        Assert.True(clocks.WasExact);

        void Ask(int host, double answeredAfter) => clocks.Add(
            new HostId(new Guid(host, 0, 0, new byte[8])), s_now, s_now.AddMilliseconds(answeredAfter), s_now.AddMilliseconds(answeredAfter / 2));
    }
}
