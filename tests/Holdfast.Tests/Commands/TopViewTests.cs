using Holdfast.Commands;
using Holdfast.Insight.Workload;
using Spectre.Console;
using Xunit;

namespace Holdfast.Tests.Commands;

public sealed class TopViewTests
{
    private static readonly DateTimeOffset s_since = new(2026, 11, 24, 2, 34, 9, TimeSpan.Zero);

    [Fact]
    public void Rates_are_what_came_between_two_reports()
    {
        var rates = TopRates.Between(
            Report(10, Space("a", hits: 100, misses: 100, writes: 10)),
            Report(12, Space("a", hits: 110, misses: 130, writes: 14, overwrites: 4, same: 12, written: 4_096)),
            TopOrder.Writes);

        var rate = Assert.Single(rates);
        Assert.Equal((20.0, 0.25), (rate.Reads, rate.HitShare));
        Assert.Equal((10.0, 0.8, 0.6), (rate.Writes, rate.OverwriteShare, rate.SameValueShare));
        Assert.Equal(2_048.0, rate.BytesWritten);
    }

    [Fact]
    public void After_a_restart_they_are_since_it() => Assert.Equal(
        5.0,
        Assert.Single(TopRates.Between(
            Report(1_000, Space("a", hits: 1_000)),
            Report(2, Space("a", hits: 10)) with { Since = s_since.AddHours(1) },
            TopOrder.Writes)).Reads);

    [Theory]
    [InlineData(nameof(TopOrder.Writes), "a")]
    [InlineData(nameof(TopOrder.Same), "b")]
    [InlineData(nameof(TopOrder.Overwrites), "c")]
    [InlineData(nameof(TopOrder.Reads), "d")]
    [InlineData(nameof(TopOrder.Bytes), "e")]
    [InlineData(nameof(TopOrder.Name), "A")]
    public void The_first_is_whoever_has_most(string order, string first)
    {
        var rates = TopRates.Between(
            null,
            Report(1, Space("a", writes: 100), Space("b", same: 10), Space("c", same: 5, overwrites: 10), Space("d", misses: 1), Space("e", written: 1), Space("A")),
            Enum.Parse<TopOrder>(order));

        Assert.Equal(first, rates[0].Namespace);
    }

    [Fact]
    public void A_wide_screen_shows_all_and_a_narrow_one_what_matters_most()
    {
        var report = Report(10, Space("enwiki:MWSession", hits: 10, misses: 30, writes: 1, same: 9, written: 20_480)) with
        {
            Rewritten = [new("00ff00ff00ff00ff", "enwiki:MWSession", 1.25, 1.2, 0.9, 2_048)],
            Largest = [new("00ff00ff00ff00ff", "enwiki:MWSession", 1_500_000)],
        };
        var wide = Shown(report, 200);
        var narrow = Shown(report, 80);

        Assert.Contains("counted since 2026-11-24 02:34:09Z; quotas only count", wide, StringComparison.Ordinal);
        Assert.Matches(@"enwiki:MWSession +4\.0 +25 % +1\.0 +90 % +90 % +0 +0 B +2 KiB +4 KiB +< 1\.5 d +7 s, 3 refused", wide);
        Assert.Matches(@"enwiki:MWSession +1\.0 +90 % +2 KiB +7 s, 3 refused", narrow);
        Assert.Matches("00ff00ff00ff00ff +enwiki:MWSession +1.2 +90 % +2 KiB", narrow);
        Assert.Matches("00ff00ff00ff00ff +enwiki:MWSession +1.4 MiB", narrow);
        Assert.All(narrow.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.DoesNotContain('\x1b', wide);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(1_000)]
    public void Nothing_is_wider_than_the_screen(int width)
    {
        var shown = Shown(Report(1, Space(new string('n', 64), writes: 1_000_000), Space("b")), width);

        Assert.All(shown.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
        Assert.Contains("1000000", shown, StringComparison.Ordinal);
        Assert.Equal(width >= 1_000, shown.Contains(new string('n', 64), StringComparison.Ordinal));
    }

    [Fact]
    public void What_does_not_fit_is_counted() => Assert.Contains(
        "and 2 more", Shown(Report(1, Space("a"), Space("b"), Space("c")), 100, rows: 1), StringComparison.Ordinal);

    private static string Shown(WorkloadReport report, int width, int rows = 10)
    {
        using StringWriter text = new();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(TopView.Of(null, report, TopOrder.Writes, width, rows));
        return text.ToString();
    }

    private static WorkloadReport Report(double seconds, params NamespaceReport[] spaces) => new(s_since, seconds, false, spaces, [], []);

    private static NamespaceReport Space(
        string name, long hits = 0, long misses = 0, long writes = 0, long overwrites = 0, long same = 0, long written = 0) => new(
        name, hits, misses, writes, overwrites, same, 0, 0, written, [new(4_096, 3), new(8_192, 2)], [new(131_072, 5)], new QuotaReport(10, 0, 7, 0, 3));
}
