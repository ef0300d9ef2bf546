using Holdfast.Load.Engine;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>A production-sized store: its memory, its start, and its slow reads under half of what it can do.</summary>
internal static class MillionSessions
{
    private const int Count = 1_000_000;
    private const int ValueBytes = 1500;
    private const double ResidentMaxMiB = 400;
    private const double StartMaxSeconds = 1;
    private const double P99MaxMs = 5;
    private const double UnsettledRate = 10_000;
    private const string Data = "million";

    public static async Task<Document> RunAsync(ComparisonRun run)
    {
        var settings = run.Settings with { Sessions = new SessionSet(Count, ValueBytes, run.Settings.Seed) };
        var document = (run with { Settings = settings }).Begin(
            "A million sessions", $"one million sessions of {ValueBytes} B written once, default caches; data on {run.Disk}");
        document.Paragraph("Here there is one server. Starts are five, from the command to the first 200 of /readyz, the files warm "
            + "in the page cache; latencies at the fixed rate count from the moment a request was due.");
        var fill = await FillAsync(run.Starter, settings);
        var starts = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            await using var once = await StartAsync(run, starts);
        }

        await using var holdfast = await StartAsync(run, starts);
        var fresh = holdfast.Resident("VmRSS");
        _ = PairedRounds.One(holdfast, settings, Operation.GetHit, round: 1000);
        var unsettled = One(1001, Operation.GetHit, UnsettledRate);
        var settled = await SettleAsync(holdfast, run.Time);
        var full = Spread.Of(Enumerable.Range(0, settings.Rounds).Select(i => Rate(i, Operation.GetHit, 0)));
        var half = Enumerable.Range(0, settings.Rounds).Select(i => One(i, Operation.GetHit, full.Median / 2)).ToList();
        var missFull = Rate(0, Operation.GetMiss, 0);
        var missHalf = One(0, Operation.GetMiss, missFull / 2);
        var p99 = Spread.Of(half.Select(sample => sample.P99Ms));
        var resident = holdfast.Resident("VmRSS");

        document.Paragraph($"Filled at {fill.Rate:N0} writes/s in {fill.Load.Duration.TotalSeconds:F0} s; resident after filling "
            + $"{fill.ResidentMiB:F0} MiB, and after {settings.Rounds} rounds of reads at full load by the same process {fill.ResidentReadMiB:F0} MiB; "
            + $"after a fresh start {MiB(fresh):F0} MiB.");
        document.Paragraph($"GET at full load: {full.Median:N0}/s ({full.Least:N0}–{full.Greatest:N0}); at half of it: p50 "
            + $"{Spread.Of(half.Select(s => s.P50Ms)).Median:F2} ms, CPU {Spread.Of(half.Select(s => s.ProcessorUs)).Median:F1} µs. GET of "
            + $"unknown keys at full load: {missFull:N0}/s; at half of it: p99 {missHalf.P99Ms:F2} ms.");
        document.Paragraph($"Directly after the start RocksDB sorts what was just written: for {settled.TotalSeconds:F0} s more it used the "
            + $"processor without being asked anything. In that time, at {UnsettledRate:N0} GET/s, p99 was {unsettled.P99Ms:F1} ms. The "
            + "figures below are of the time after it.");
        document.BeginBars();
        document.AtMost(
            "resident after filling and reading, MiB", new Spread(fill.ResidentReadMiB, fill.ResidentMiB, fill.ResidentReadMiB), ResidentMaxMiB);
        document.AtMost("resident after a start and all reads, MiB", new Spread(MiB(resident), MiB(fresh), MiB(resident)), ResidentMaxMiB);
        document.AtMost("start to ready, s", Spread.Of(starts), StartMaxSeconds);
        document.AtMost("p99 GET at half the full rate, ms", p99, P99MaxMs);
        document.Paragraph($"Of the resident memory after all reads, {MiB(holdfast.Resident("RssAnon")):F0} MiB is the process's own and "
            + $"{MiB(holdfast.Resident("RssFile")):F0} MiB are mapped files.");
        return document;

        Sample One(int round, Operation operation, double rate) =>
            PairedRounds.One(holdfast, settings, operation, round, plan => plan with { Rate = rate });

        double Rate(int round, Operation operation, double rate) => One(round, operation, rate).Rate;
    }

    private static async Task<Filled> FillAsync(Starter starter, RunSettings settings)
    {
        await using var holdfast = await starter.HoldfastAsync("relaxed", Data);
        var plan = new LoadPlan(holdfast.Port, holdfast.Dialect, Operation.Fill, settings.Sessions, TimeSpan.FromMinutes(3));
        var load = LoadLoop.Run(plan, TimeProvider.System);
        if (load.Errors != 0 || load.AllRequests != Count)
        {
            throw new InvalidOperationException($"{load.AllRequests} sessions were written, {load.FirstError}");
        }

        var filled = MiB(holdfast.Resident("VmRSS"));
        for (var i = 0; i < settings.Rounds; i++)
        {
            _ = PairedRounds.One(holdfast, settings, Operation.GetHit, round: 2000 + i);
        }

        return new Filled(load, filled, MiB(holdfast.Resident("VmRSS")));
    }

    private static async Task<Contestant> StartAsync(ComparisonRun run, List<double> starts)
    {
        var began = run.Time.GetTimestamp();
        var holdfast = await run.Starter.HoldfastAsync("sync", Data);
        starts.Add(run.Time.GetElapsedTime(began).TotalSeconds);
        return holdfast;
    }

    /// <summary>Waits, for a minute at most, until the server rests when nobody asks.</summary>
    private static async Task<TimeSpan> SettleAsync(Contestant holdfast, TimeProvider time)
    {
        var began = time.GetTimestamp();
        var second = TimeSpan.FromSeconds(1);
        while (time.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            var before = holdfast.ProcessorTime;
            await Task.Delay(second, time);
            if (holdfast.ProcessorTime - before < second / 20)
            {
                break;
            }
        }

        return time.GetElapsedTime(began);
    }

    private static double MiB(long bytes) => bytes / (double)(1 << 20);

    private sealed record Filled(Load.Measuring.LoadResult Load, double ResidentMiB, double ResidentReadMiB)
    {
        public double Rate => Load.AllRequests / Load.Duration.TotalSeconds;
    }
}
