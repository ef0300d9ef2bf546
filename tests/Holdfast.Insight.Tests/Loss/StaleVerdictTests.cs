using Holdfast.Insight.Loss;
using Xunit;

namespace Holdfast.Insight.Tests.Loss;

public sealed class StaleVerdictTests
{
    [Fact]
    public void Without_a_write_time_every_value_that_was_missed_is_stale() => Assert.True(StaleVerdict.IsStale(Ms(5), null, null));

    [Theory]
    [InlineData(2_006, true)]
    [InlineData(1_900, false)] // another instance's write, perhaps not acknowledged when the read began
    [InlineData(1, false)]
    [InlineData(-500, false)]
    public void An_old_value_was_there_and_a_new_one_need_not_have_been(int ageMs, bool stale) =>
        Assert.Equal(stale, StaleVerdict.IsStale(Ms(5), null, Ms(ageMs)));

    [Theory]
    [InlineData(120, true)]
    [InlineData(80, false)] // somebody wrote it again since
    public void What_this_instance_has_just_written_was_there(int ageMs, bool stale) =>
        Assert.Equal(stale, StaleVerdict.IsStale(Ms(5), Ms(100), Ms(ageMs)));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
