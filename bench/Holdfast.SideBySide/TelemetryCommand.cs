using System.CommandLine;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Comparisons;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide;

/// <summary><c>telemetry</c>: what the service's eyes cost a request.</summary>
internal static class TelemetryCommand
{
    private const int Nodes = 3;

    public static Command Create()
    {
        var repository = new Option<string>("--repository") { Description = "The repository's root.", Required = true };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each comparison.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<double>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 5 };
        var seed = new Option<ulong>("--seed") { Description = "Of keys, values and draws.", DefaultValueFactory = _ => 1 };
        var command = new Command("telemetry", "The service with its eyes open and shut, in one process.") { repository, rounds, seconds, seed };
        command.SetAction(async parsed =>
        {
            var root = parsed.GetValue(repository)!;
            var settings = new RunSettings(
                parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed),
                new SessionSet(10_000, 1024, parsed.GetValue(seed)));
            var folder = Directory.CreateTempSubdirectory("holdfast-bench-").FullName;
            try
            {
                var document = TelemetryRounds.Begin(settings, Machine.Describe(TimeProvider.System));
                await EmbeddedAsync(document, root, folder, settings);
                await ClusterAsync(document, root, folder, settings);
                Say(document.Text);
                await File.WriteAllTextAsync(Path.Combine(root, "bench/results/telemetry.md"), document.Text);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task EmbeddedAsync(Document document, string root, string folder, RunSettings settings)
    {
        await using var server = await SwitchedServer.StartAsync(
            root, folder, $"storage: {{engine: embedded, embedded: {{path: {Path.Combine(folder, "data")}, durability: relaxed}}}}");
        await server.SwitchAsync("on");
        PairedRounds.Fill([server.Contestant], settings);
        await TelemetryRounds.MeasureAsync(document, server, "Embedded store", settings, Operation.GetHit);
        await TelemetryRounds.MeasureAsync(document, server, "Embedded store", settings, Operation.GetMiss);
    }

    private static async Task ClusterAsync(Document document, string root, string folder, RunSettings settings)
    {
        await using var lab = await LabNodes.StartAsync(root, folder, Nodes);
        await using var server = await SwitchedServer.StartAsync(root, folder, lab.KaskSection);
        await server.SwitchAsync("on");
        PairedRounds.Fill([server.Contestant], settings);
        await TelemetryRounds.MeasureAsync(document, server, $"A cluster of {Nodes} lab nodes", settings, Operation.GetHit);
    }

#pragma warning disable RS0030 // This is a command line.
    private static void Say(string text) => Console.WriteLine(text);
#pragma warning restore RS0030
}
