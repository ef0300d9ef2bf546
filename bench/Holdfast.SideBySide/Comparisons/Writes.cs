using System.Globalization;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>POST, on disk before the answer and handed to the kernel before the answer.</summary>
internal static class Writes
{
    public static Task<Document> SyncAsync(ComparisonRun run) => RunAsync(
        run, "Writes, durable when acknowledged", "sync", appendAlways: true, bar: 1.5, "`durability: sync`, Redis `appendfsync always`");

    public static Task<Document> RelaxedAsync(ComparisonRun run) => RunAsync(
        run, "Writes, relaxed", "relaxed", appendAlways: false, bar: 1,
        "`durability: relaxed` (in the kernel's hands when acknowledged), Redis's default (in the process's memory, no file)");

    private static async Task<Document> RunAsync(
        ComparisonRun run, string title, string durability, bool appendAlways, double bar, string setting)
    {
        var document = run.Begin(
            title, $"POST with a life of a day; {setting}, snapshots and log rewrites of Redis off; data on {run.Disk}");
        await using var field = await Field.StartAsync(run.Starter, durability, appendAlways);
        PairedRounds.Fill(field.All, run.Settings);
        var before = await BatchCount.ReadAsync(field.Holdfast);
        var rounds = PairedRounds.Measure(field.All, run.Settings, Operation.Post);
        var after = await BatchCount.ReadAsync(field.Holdfast);
        document.Figures("POST", rounds);
        document.BeginBars();
        if (field.HasWebdis)
        {
            document.AtLeast(
                "Holdfast / webdis + Redis, requests/s", rounds.Ratios(Starter.HoldfastName, s => s.Rate, Starter.WebdisName), bar);
            document.Ratio(
                "Holdfast / webdis + Redis, CPU a write", rounds.Ratios(Starter.HoldfastName, s => s.ProcessorUs, Starter.WebdisName));
        }

        document.Ratio(
            "Holdfast / bare (a dictionary), requests/s",
            rounds.Ratios(Starter.HoldfastName, s => s.Rate, Starter.BareName, Starter.BareTwinName));
        ComparisonRun.Noise(document, rounds);
        document.Paragraph(string.Create(
            CultureInfo.InvariantCulture,
            $"Holdfast committed {(after.Writes - before.Writes) / Math.Max(after.Batches - before.Batches, 1):F1} writes a batch "
            + $"({after.Batches - before.Batches:N0} batches), by its own metric `holdfast_embedded_batch_size`. "));

        // What was acknowledged is there: the generator compares every value.
        var check = PairedRounds.One(field.Holdfast, run.Settings, Operation.GetHit, round: 0);
        document.Paragraph(string.Create(
            CultureInfo.InvariantCulture, $"Read back afterwards: {check.Load.AllRequests:N0} values, all as written."));
        return document;
    }
}
