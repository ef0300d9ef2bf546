using Holdfast.Events;
using Holdfast.Telemetry;
using Xunit;

namespace Holdfast.Tests.Events;

public sealed class MinuteTallyTests
{
    private static readonly DateTimeOffset s_from = new(2023, 1, 24, 20, 55, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(5, false, false)]
    [InlineData(5, true, false)]
    [InlineData(10, true, true)]
    [InlineData(54, false, false)]
    [InlineData(55, false, true)]
    [InlineData(-3600, false, true)]
    public void A_minute_is_told_when_the_clock_shows_another_and_sooner_while_requests_fail(int seconds, bool failing, bool due) =>
        Assert.Equal(due, MinuteTally.IsDue(s_from, s_from.AddSeconds(seconds), () => failing));

    [Fact]
    public void What_is_told_is_what_happened_between_two_readings()
    {
        RequestTotals before = new(10, 1, 2, new Dictionary<string, long> { ["read unavailable"] = 1, ["write unavailable"] = 0 });
        RequestTotals after = new(15, 4, 2, new Dictionary<string, long> { ["read unavailable"] = 1, ["write unavailable"] = 3 });

        var passed = MinuteTally.Passed(s_from, before, after);

        Assert.Equal((5, 3, 0), (passed.Good, passed.Error, passed.Slow));
        Assert.Equal([new("write unavailable", 3)], passed.Failures!);
        Assert.Null(MinuteTally.Passed(s_from, after, after).Failures);
    }
}
