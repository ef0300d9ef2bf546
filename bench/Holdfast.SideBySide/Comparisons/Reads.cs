using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>GET, and what a new connection for every two requests costs. Lives in this folder: one class a question.</summary>
internal static class Reads
{
    public static async Task<Document> RunAsync(ComparisonRun run)
    {
        var document = run.Begin("Reads", "GET on connections that stay open");
        await using var field = await Field.StartAsync(run.Starter, "sync", appendAlways: false);
        PairedRounds.Fill(field.All, run.Settings);
        foreach (var (operation, title) in new[] { (Operation.GetHit, "GET, found"), (Operation.GetMiss, "GET, not found") })
        {
            var rounds = PairedRounds.Measure(field.All, run.Settings, operation);
            document.Figures(title, rounds);
            ComparisonRun.AgainstBare(document, rounds, rateBar: 0.95, processorBar: 1.05);
            if (field.HasWebdis)
            {
                document.AtLeast(
                    "Holdfast / webdis + Redis, requests/s",
                    rounds.Ratios(Starter.HoldfastName, s => s.Rate, Starter.WebdisName),
                    1.4);
            }

            ComparisonRun.Noise(document, rounds);
        }

        return document;
    }

    /// <summary>MediaWiki opens a connection for every web request and sends about two requests on it.</summary>
    public static async Task<Document> ShortConnectionsAsync(ComparisonRun run)
    {
        var document = run.Begin("Short connections", "GET of stored keys, a new TCP connection for every two requests");
        await using var field = await Field.StartAsync(run.Starter, "sync", appendAlways: false);
        PairedRounds.Fill(field.All, run.Settings);
        var rounds = PairedRounds.Measure(field.All, run.Settings, Operation.GetHit, plan => plan with { RequestsPerConnection = 2 });
        document.Figures("GET, two requests a connection", rounds);
        ComparisonRun.AgainstBare(document, rounds, rateBar: 0.95, processorBar: 0);
        if (field.HasWebdis)
        {
            document.Ratio(
                "Holdfast / webdis + Redis, requests/s", rounds.Ratios(Starter.HoldfastName, s => s.Rate, Starter.WebdisName));
        }

        ComparisonRun.Noise(document, rounds);
        return document;
    }
}
