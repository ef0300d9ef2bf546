using System.Globalization;
using Holdfast.Events;
using Holdfast.Telemetry;
using Xunit;

namespace Holdfast.Tests.Events;

public sealed class MinuteTallyTests
{
    private static readonly DateTimeOffset s_from = new(2023, 1, 24, 20, 55, 5, TimeSpan.Zero);

    [Fact]
    public void A_good_minute_is_told_when_the_clock_shows_the_next() =>
        Assert.Equal(["05-00 good 55 error 0", "00-00 good 60 error 0"], Tell(seconds: 116, failing: _ => false));

    [Fact]
    public void When_requests_begin_to_fail_the_good_part_ends_a_second_before_and_then_every_ten_seconds_are_told() =>
        Assert.Equal(
            ["05-24 good 19 error 0", "24-34 good 0 error 10", "34-44 good 5 error 5", "44-00 good 16 error 0"],
            Tell(seconds: 55, failing: second => second is > 19 and <= 34));

    [Fact]
    public void A_clock_that_is_set_back_ends_the_part()
    {
        MinuteParts parts = new(s_from, Totals(0, 0));

        Assert.Single(parts.At(s_from.AddHours(-1), Totals(1, 0)));
    }

    [Fact]
    public void What_is_told_is_what_happened_between_two_readings()
    {
        MinuteParts parts = new(s_from, new(10, 1, 2, new Dictionary<string, long> { ["read unavailable"] = 1, ["write unavailable"] = 0 }));
        RequestTotals after = new(15, 4, 2, new Dictionary<string, long> { ["read unavailable"] = 1, ["write unavailable"] = 3 });

        var part = parts.End(s_from.AddSeconds(9), after);

        Assert.Equal((5, 3, 0, s_from, s_from.AddSeconds(9)), (part.Good, part.Error, part.Slow, part.From, part.At));
        Assert.Equal([new("write unavailable", 3)], part.Failures!);
        Assert.Null(parts.End(s_from.AddSeconds(10), after).Failures);
    }

    /// <summary>One request a second, asked for every second.</summary>
    private static List<string> Tell(int seconds, Func<int, bool> failing)
    {
        MinuteParts parts = new(s_from, Totals(0, 0));
        List<string> told = [];
        var (good, error) = (0, 0);
        for (var second = 1; second <= seconds; second++)
        {
            (good, error) = failing(second) ? (good, error + 1) : (good + 1, error);
            told.AddRange(parts.At(s_from.AddSeconds(second), Totals(good, error))
                .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.From:ss}-{part.At:ss} good {part.Good} error {part.Error}")));
        }

        return told;
    }

    private static RequestTotals Totals(long good, long error) => new(good, error, 0, new Dictionary<string, long>());
}
