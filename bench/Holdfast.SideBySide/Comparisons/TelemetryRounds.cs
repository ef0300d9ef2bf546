using System.Globalization;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>What the service's eyes cost a GET: metrics, canaries, session loss, the workload and the event log, on and off.</summary>
internal static class TelemetryRounds
{
    private const string On = "all on";
    private const string Uncounted = "all but the workload";
    private const string Off = "all off";
    private const string OffTwin = "all off (again)";

    private const double AllMax = 1.05;
    private const double WorkloadMax = 1.03;

    private static readonly TimeSpan s_scrapeEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    private static readonly (string Name, string Eyes)[] s_all = [(On, "on"), (Off, "off"), (Uncounted, "uncounted"), (OffTwin, "off")];

    public static Document Begin(RunSettings settings, string machine) => new(
        "What the service's eyes cost a request",
        machine,
        $"GET on 32 connections that stay open; {settings.Sessions.ValueBytes} B values, {settings.Sessions.Count:N0} keys drawn evenly. One process, in "
        + "which the service is started anew for each measurement, on the same data: with everything on as it is by default, scraped "
        + "every five seconds as the shipped Prometheus settings do; with everything off (no listener to any metric, Kestrel's and "
        + "the runtime's included, no canary, no sentinels, nothing remembered, no workload, no event log); and with all on but the workload. "
        + $"{settings.Rounds} rounds of {settings.RoundLength.TotalSeconds:0.#} s each after a second of warming up, the order changing from round to round. "
        + "Every answer's status, length and value is checked. Processor time is the process's, by the kernel (`/proc/PID/stat`). Figures are medians "
        + "over rounds; ratios are taken within a round, and their interval is Student's on their logarithms. All off runs twice: the ratio "
        + "of the two is the noise.");

    public static async Task MeasureAsync(Document document, SwitchedServer server, string where, RunSettings settings, Operation operation)
    {
        var samples = s_all.ToDictionary(one => one.Name, _ => new List<Sample>());
        var series = 0;
        for (var round = -1; round < settings.Rounds; round++)
        {
            // The first one is for the compiler.
            foreach (var (name, eyes) in Order(Math.Max(round, 0)))
            {
                await server.SwitchAsync(eyes);
                _ = PairedRounds.One(server.Contestant, settings with { RoundLength = s_warmUp }, operation, round);
                var (sample, seen) = await OneAsync(server, eyes != "off", settings, operation, round);
                series = Math.Max(series, seen);
                if (round >= 0)
                {
                    samples[name].Add(sample);
                }
            }
        }

        Write(document, $"{where}: {(operation == Operation.GetHit ? "GET, found" : "GET, not found")}", samples);
        document.Paragraph(string.Create(CultureInfo.InvariantCulture, $"A scrape has {series:N0} series."));
    }

    private static async Task<(Sample Sample, int Series)> OneAsync(
        SwitchedServer server, bool isScraped, RunSettings settings, Operation operation, int round)
    {
        using var over = new CancellationTokenSource();
        var before = server.ProcessorTime;
        var scraping = isScraped ? ScrapeAsync(server, settings.RoundLength, over.Token) : Task.FromResult(0);
        var sample = PairedRounds.One(server.Contestant, settings, operation, round);
        sample = sample with { Processor = server.ProcessorTime - before };
        await over.CancelAsync();
        return (sample, await scraping);
    }

    /// <summary>Scrapes soon after a round's begin and every five seconds from then on: once in a round of five.</summary>
    private static async Task<int> ScrapeAsync(SwitchedServer server, TimeSpan length, CancellationToken over)
    {
        var series = 0;
        using var timer = new PeriodicTimer(s_scrapeEvery, TimeProvider.System);
        await Task.Delay(length / 10, TimeProvider.System, CancellationToken.None);
        do
        {
            series = await server.ScrapeAsync();
        }
        while (await NextAsync(timer, over));
        return series;
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken over)
    {
        try
        {
            return await timer.WaitForNextTickAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static void Write(Document document, string title, Dictionary<string, List<Sample>> samples)
    {
        document.Table(title, "eyes | requests/s | CPU µs/request | p50 ms | p99 ms", samples.Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"{pair.Key} | {Median(pair.Value, s => s.Rate):N0} | {Median(pair.Value, s => s.ProcessorUs):F2} "
            + $"| {Median(pair.Value, s => s.P50Ms):F2} | {Median(pair.Value, s => s.P99Ms):F2}")));
        document.BeginIntervals();
        var off = samples[Off].Zip(samples[OffTwin], (one, other) => (one.ProcessorUs + other.ProcessorUs) / 2).ToList();
        document.Interval("all on / all off, CPU a request", Interval.OfRatios(samples[On].Zip(off, (on, without) => on.ProcessorUs / without)), atMost: AllMax);
        document.Interval(
            "all on / all but the workload, CPU a request",
            Interval.OfRatios(samples[On].Zip(samples[Uncounted], (on, without) => on.ProcessorUs / without.ProcessorUs)),
            atMost: WorkloadMax);
        document.Interval(
            "A/A: all off / all off, CPU a request",
            Interval.OfRatios(samples[Off].Zip(samples[OffTwin], (one, other) => one.ProcessorUs / other.ProcessorUs)));
    }

    private static double Median(List<Sample> samples, Func<Sample, double> figure) => Spread.Of(samples.Select(figure)).Median;

    private static IEnumerable<(string Name, string Eyes)> Order(int round)
    {
        var rotated = s_all.Skip(round % s_all.Length).Concat(s_all.Take(round % s_all.Length));
        return round % 2 == 0 ? rotated : rotated.Reverse();
    }
}
