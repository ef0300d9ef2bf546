using Holdfast.Embedded.Writing;
using Xunit;

namespace Holdfast.Embedded.Tests.Writing;

/// <summary>How long the writer waits for company, in virtual time.</summary>
public sealed class GatherPolicyTests
{
    private readonly GatherPolicy _policy = new();

    [Fact]
    public void A_lonely_writer_never_waits()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.False(_policy.ShouldWait(1, TimeSpan.Zero));
            _policy.Committed(1);
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(8, true)]
    public void It_waits_once_more_than_two_usually_come(int usual, bool waits)
    {
        CommitOften(usual);

        Assert.Equal(waits, _policy.ShouldWait(1, TimeSpan.Zero));
    }

    [Fact]
    public void It_never_waits_longer_than_the_bound()
    {
        CommitOften(24);

        Assert.True(_policy.ShouldWait(1, GatherPolicy.WaitMax - TimeSpan.FromTicks(1)));
        Assert.False(_policy.ShouldWait(1, GatherPolicy.WaitMax));
    }

    [Fact]
    public void A_crowd_is_not_waited_for_to_the_last()
    {
        CommitOften(GatherPolicy.BatchMax);

        Assert.True(_policy.ShouldWait(23, TimeSpan.Zero));
        Assert.False(_policy.ShouldWait(24, TimeSpan.Zero));
    }

    [Fact]
    public void When_the_crowd_has_gone_it_soon_stops_waiting()
    {
        CommitOften(32);
        int batches = 0;
        while (_policy.ShouldWait(2, TimeSpan.Zero))
        {
            _policy.Committed(1);
            batches++;
        }

        Assert.InRange(batches, 1, 20);
    }

    private void CommitOften(int count)
    {
        for (int i = 0; i < 200; i++)
        {
            _policy.Committed(count);
        }
    }
}
