using System.Globalization;
using Holdfast.Load.Engine;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>
/// What the service's eyes cost a request: metrics, canaries, session loss, the workload and the event log, on and off. The hosts that are
/// compared take turns of half a second, since the machine's mood changes from one second to the next.
/// </summary>
internal static class TelemetryRounds
{
    private const int TurnsPerRound = 10;
    private const double AllMax = 1.05;
    private const double WorkloadMax = 1.03;
    private const string On = "all on";
    private const string Uncounted = "all but the workload";
    private const string Off = "all off";
    private const string OffTwin = "all off (twin)";

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3);

    /// <summary>The hosts, and the words for their eyes.</summary>
    public static IReadOnlyList<(string Name, string Eyes)> Hosts { get; } = [(On, "on"), (Off, "off"), (Uncounted, "uncounted"), (OffTwin, "off")];

    public static Document Begin(RunSettings settings, string machine) => new(
        "What the service's eyes cost a request",
        machine,
        $"32 connections; {settings.Sessions.ValueBytes} B values, {settings.Sessions.Count:N0} keys drawn evenly. One process with four hosts of the "
        + "service, of which one is asked at a time: one with everything on as it is by default, scraped once in each five seconds of its "
        + "load as the shipped Prometheus settings do; two with everything off (no listener to the host's metrics, Kestrel's included, but to the embedded store's own, no canary, no "
        + "sentinels, nothing remembered, no workload, no event log); and one with all on but the workload. "
        + $"{settings.Rounds} rounds, in each of which every host has {TurnsPerRound} turns of {settings.RoundLength.TotalSeconds / TurnsPerRound:0.##} s, the order changing from turn to "
        + "turn. Every answer's status, length and value is checked. Processor time is the process's, by the kernel (`/proc/PID/stat`). Figures are "
        + "medians over rounds; ratios are taken within a round, and their interval is Student's on their logarithms. The ratio of the "
        + "two that have all off is the noise.");

    public static async Task MeasureAsync(
        Document document, SwitchedHosts hosts, string where, RunSettings settings, Operation operation, Func<LoadPlan, LoadPlan>? shape = null)
    {
        var rounds = hosts.All.ToDictionary(host => host.Name, _ => new List<Turns>());
        var turn = settings with { RoundLength = settings.RoundLength / TurnsPerRound };
        foreach (var host in hosts.All)
        {
            _ = PairedRounds.One(host, settings with { RoundLength = s_warmUp }, operation, 0, shape);
            _ = PairedRounds.One(host, settings with { RoundLength = s_warmUp }, operation, 0, shape);
        }

        var series = 0;
        for (var round = 0; round < settings.Rounds; round++)
        {
            var sums = hosts.All.ToDictionary(host => host.Name, _ => new Turns(0, TimeSpan.Zero, TimeSpan.Zero));
            for (var number = 0; number < TurnsPerRound; number++)
            {
                foreach (var host in PairedRounds.Order(hosts.All, (round * TurnsPerRound) + number))
                {
                    var isScraped = number == 0 && (host.Name is On or Uncounted);
                    var before = hosts.ProcessorTime;
                    var scrape = isScraped ? hosts.ScrapeAsync(host) : Task.FromResult(0);
                    var sample = PairedRounds.One(host, turn, operation, (round * TurnsPerRound) + number, shape);
                    series = Math.Max(series, await scrape);
                    sums[host.Name] += new Turns(sample.Load.AllRequests, turn.RoundLength, hosts.ProcessorTime - before);
                }
            }

            foreach (var (name, sum) in sums)
            {
                rounds[name].Add(sum);
            }
        }

        Write(document, where, operation, rounds);
        document.Paragraph(string.Create(CultureInfo.InvariantCulture, $"A scrape has {series:N0} series."));
    }

    private static void Write(Document document, string where, Operation operation, Dictionary<string, List<Turns>> rounds)
    {
        var asked = operation switch
        {
            Operation.GetHit => "GET, found",
            Operation.GetMiss => "GET, not found",
            _ => "POST",
        };
        document.Table($"{where}: {asked}", "eyes | requests/s | CPU µs/request", rounds.Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"{pair.Key} | {Median(pair.Value, one => one.Rate):N0} | {Median(pair.Value, one => one.ProcessorUs):F2}")));
        document.BeginIntervals();
        var off = rounds[Off].Zip(rounds[OffTwin], (one, other) => (one.ProcessorUs + other.ProcessorUs) / 2).ToList();
        document.Interval(
            "all on / all off, CPU a request",
            Interval.OfRatios(rounds[On].Zip(off, (on, without) => on.ProcessorUs / without)),
            atMost: operation == Operation.Post ? null : AllMax); // the objective is a GET's
        document.Interval(
            "all on / all but the workload, CPU a request",
            Interval.OfRatios(rounds[On].Zip(rounds[Uncounted], (on, without) => on.ProcessorUs / without.ProcessorUs)),
            atMost: WorkloadMax);
        document.Interval(
            "A/A: all off / all off, CPU a request",
            Interval.OfRatios(rounds[Off].Zip(rounds[OffTwin], (one, other) => one.ProcessorUs / other.ProcessorUs)));
    }

    private static double Median(List<Turns> rounds, Func<Turns, double> figure) => Spread.Of(rounds.Select(figure)).Median;

    /// <summary>One host's turns of a round, added up.</summary>
    private readonly record struct Turns(long Requests, TimeSpan Length, TimeSpan Processor)
    {
        public double Rate => Requests / Length.TotalSeconds;

        public double ProcessorUs => Processor.TotalMicroseconds / Math.Max(Requests, 1);

        public static Turns operator +(Turns one, Turns other) =>
            new(one.Requests + other.Requests, one.Length + other.Length, one.Processor + other.Processor);
    }
}
