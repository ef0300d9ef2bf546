using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>
/// Sessions in a cluster: Holdfast beside a service built as Kask is built, on the same nodes at the same time. First as fast as
/// they go, then both at one fixed rate.
/// </summary>
internal static class ClusterRounds
{
    private const int Nodes = 3;

    /// <summary>Of the slower one's full rate: where a service is operated.</summary>
    private const double FixedShare = 0.5;

    private const double ProcessorMax = 0.5;

    public static async Task<Document> RunAsync(ClusterRun run, Operation operation)
    {
        await using var lab = await LabNodes.StartAsync(run.Repository, run.Folder, Nodes);
        var starter = new ClusterStarter(run.Repository, run.Folder, lab);
        await using var holdfast = await starter.HoldfastAsync(ClusterStarter.HoldfastName);
        await using var peer = await starter.PeerAsync();
        await using var twin = await starter.HoldfastAsync(ClusterStarter.HoldfastTwinName);
        PairedRounds.Fill([holdfast], run.Settings);
        Contestant[] all = [holdfast, peer, twin];

        var before = lab.ProcessorTime;
        var full = PairedRounds.Measure(all, run.Settings, operation);
        var nodes = lab.ProcessorTime - before;
        var slower = Math.Min(Rate(full, ClusterStarter.HoldfastName), Rate(full, ClusterStarter.PeerName));
        var rate = Math.Floor(slower * FixedShare / 100) * 100;
        var same = PairedRounds.Measure(all, run.Settings, operation, plan => plan with { Rate = rate });

        var document = new Document(Title(operation), run.Machine, Method(run, operation));
        document.Figures("As fast as they go", full);
        Compare(document, full, rateBar: 1, p99Bar: null);
        document.Figures($"Both at {rate:N0} requests/s", same);
        Compare(document, same, rateBar: null, p99Bar: 1);
        document.Paragraph($"While they went as fast as they could, the lab's nodes used {nodes.TotalSeconds:F0} s of processor time "
            + $"and the contestants {all.Sum(one => full[one.Name].Sum(sample => sample.Processor.TotalSeconds)):F0} s in the rounds: "
            + "where both ask the same of the nodes, the nodes bound the rate of both.");
        return document;
    }

    private static void Compare(Document document, PairedRounds rounds, double? rateBar, double? p99Bar)
    {
        const string us = ClusterStarter.HoldfastName, twin = ClusterStarter.HoldfastTwinName, peer = ClusterStarter.PeerName;
        document.BeginIntervals();
        document.Interval("Holdfast / Go peer, CPU a request", rounds.Interval(us, s => s.ProcessorUs, peer), atMost: ProcessorMax);
        document.Interval("Holdfast / Go peer, requests/s", rounds.Interval(us, s => s.Rate, peer), atLeast: rateBar);
        document.Interval("Holdfast / Go peer, p99", rounds.Interval(us, s => s.P99Ms, peer), atMost: p99Bar);
        document.Interval("Holdfast / Go peer, p50", rounds.Interval(us, s => s.P50Ms, peer));
        document.Interval("A/A: Holdfast / Holdfast, CPU a request", rounds.Interval(us, s => s.ProcessorUs, twin));
        document.Interval("A/A: Holdfast / Holdfast, requests/s", rounds.Interval(us, s => s.Rate, twin));
        document.Interval("A/A: Holdfast / Holdfast, p99", rounds.Interval(us, s => s.P99Ms, twin));
    }

    private static double Rate(PairedRounds rounds, string name) => rounds.Figures(name, sample => sample.Rate).Median;

    private static string Title(Operation operation) => "Sessions in a cluster: " + operation switch
    {
        Operation.GetHit => "GET, found",
        Operation.GetMiss => "GET, not found",
        _ => "POST",
    };

    private static string Method(ClusterRun run, Operation operation) =>
        $"{(operation == Operation.Post ? "POST with a life of a day" : "GET")} on 32 connections that stay open; "
        + $"{run.Settings.Sessions.ValueBytes} B values, {run.Settings.Sessions.Count:N0} keys drawn evenly; {Nodes} nodes of the lab in one "
        + "process, one data centre, replication 3, LOCAL_QUORUM, native protocol v5 for Holdfast and v4, gocql's highest, for the peer. "
        + $"{run.Settings.Rounds} rounds of {run.Settings.RoundLength.TotalSeconds:0.#} s a contestant after a warm-up, in turn, the order "
        + "changing from round to round, all up throughout; every answer's status, length and value is checked. Processor time is the "
        + "service's own, by the kernel (`/proc/PID/stat`). Figures are medians over rounds; ratios are taken within a round, and their "
        + "interval is Student's on their logarithms. Holdfast runs twice: the ratio of the two is the noise. Holdfast has health, "
        + "routing and all metrics on; the peer (`bench/peers/gocql-http`) has none, and Kask's own metrics would cost it more. At the "
        + "fixed rate a latency counts from the moment its request was due.";
}

/// <summary>What such a comparison needs.</summary>
internal sealed record ClusterRun(string Repository, string Folder, RunSettings Settings, string Machine);
