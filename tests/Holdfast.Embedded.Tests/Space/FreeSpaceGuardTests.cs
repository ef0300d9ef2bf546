using Holdfast.Embedded.Space;
using Xunit;

namespace Holdfast.Embedded.Tests.Space;

/// <summary>When values are refused, in virtual time.</summary>
public sealed class FreeSpaceGuardTests
{
    private const long Bound = 16_000;

    private readonly FreeSpaceGuard _guard = new(Bound);
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(Bound, false)]
    [InlineData(Bound - 1, true)]
    [InlineData(0L, true)]
    [InlineData(long.MaxValue, false)]
    public void Values_are_refused_below_the_bound(long freeBytes, bool refused)
    {
        Assert.Equal(refused, Look(freeBytes));
        Assert.Equal(refused, _guard.RefusesValues);
    }

    [Fact]
    public void Only_a_change_is_told_so_that_it_is_logged_once()
    {
        Assert.True(Look(0));
        Assert.False(Look(0));
        Assert.False(Look(1));
        Assert.True(Look(Bound * 2));
        Assert.False(Look(Bound * 2));
    }

    [Fact]
    public void Values_are_taken_again_a_sixteenth_above_the_bound()
    {
        Look(Bound - 1);

        Assert.False(Look(Bound));
        Assert.False(Look(Bound + (Bound / 16) - 1));
        Assert.True(_guard.RefusesValues);
        Assert.True(Look(Bound + (Bound / 16)));
        Assert.False(_guard.RefusesValues);
    }

    [Fact]
    public void Free_space_that_swings_about_the_bound_does_not_flap()
    {
        int changes = 0;
        for (int i = 0; i < 100; i++)
        {
            changes += Look(Bound + (i % 2 == 0 ? -10 : 10)) ? 1 : 0;
        }

        Assert.Equal(1, changes);
    }

    [Fact]
    public void The_filesystem_is_asked_at_once_and_then_once_an_interval()
    {
        Assert.True(_guard.IsDue(TimeSpan.Zero));

        _guard.Look(Bound, _now);

        Assert.False(_guard.IsDue(_now));
        Assert.False(_guard.IsDue(_now + FreeSpaceGuard.Interval - TimeSpan.FromTicks(1)));
        Assert.True(_guard.IsDue(_now + FreeSpaceGuard.Interval));
    }

    private bool Look(long freeBytes) => _guard.Look(freeBytes, _now += FreeSpaceGuard.Interval);
}
