using System.CommandLine;
using Holdfast.Load.Engine;
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

    private static readonly string[] s_parts = ["found", "absent", "post", "pattern", "cluster"];

    public static Command Create()
    {
        var repository = new Option<string>("--repository") { Description = "The repository's root.", Required = true };
        var only = new Option<string[]>("--only")
        {
            Description = $"Parts, of {string.Join(", ", s_parts)}; all when absent, and then the page is written.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => s_parts,
        };
        only.AcceptOnlyFromAmong(s_parts);
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each comparison.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<double>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 5 };
        var seed = new Option<ulong>("--seed") { Description = "Of keys, values and draws.", DefaultValueFactory = _ => 1 };
        var command = new Command("telemetry", "The service with its eyes open and shut, in one process.") { repository, only, rounds, seconds, seed };
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
                var parts = parsed.GetValue(only)!;
                await EmbeddedAsync(document, root, folder, settings, parts);
                if (parts.Contains("pattern"))
                {
                    await PatternAsync(document, root, folder, settings);
                }

                if (parts.Contains("cluster"))
                {
                    await ClusterAsync(document, root, folder, settings);
                }

                Say(document.Text);
                if (s_parts.All(parts.Contains))
                {
                    await File.WriteAllTextAsync(Path.Combine(root, "bench/results/telemetry.md"), document.Text);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task EmbeddedAsync(Document document, string root, string folder, RunSettings settings, string[] parts)
    {
        await using var hosts = await SwitchedHosts.StartAsync(
            root, folder, TelemetryRounds.Hosts,
            number => $"storage: {{engine: embedded, embedded: {{path: {Path.Combine(folder, $"data-{number}")}, durability: relaxed}}}}");
        PairedRounds.Fill(hosts.All, settings);
        foreach (var (part, operation) in new[] { ("found", Operation.GetHit), ("absent", Operation.GetMiss), ("post", Operation.Post) })
        {
            if (parts.Contains(part))
            {
                await TelemetryRounds.MeasureAsync(document, hosts, "Embedded store", settings, operation);
            }
        }
    }

    /// <summary>Keys in a namespace that a pattern finds, which is what costs most.</summary>
    private static async Task PatternAsync(Document document, string root, string folder, RunSettings settings)
    {
        await using var hosts = await SwitchedHosts.StartAsync(
            root, folder, TelemetryRounds.Hosts,
            number => $"storage: {{engine: embedded, embedded: {{path: {Path.Combine(folder, $"pattern-{number}")}, durability: relaxed}}}}\n"
                + "workload: {pattern: \"^[^:]*:([^:]*):\"}");
        PairedRounds.Fill(hosts.All, settings, InNamespace);
        await TelemetryRounds.MeasureAsync(
            document, hosts, "Embedded store, namespaces by a pattern", settings, Operation.GetHit, InNamespace);
    }

    private static LoadPlan InNamespace(LoadPlan plan) => plan with { BasePath = $"{plan.BasePath}enwiki:MWSession:" };

    private static async Task ClusterAsync(Document document, string root, string folder, RunSettings settings)
    {
        await using var lab = await LabNodes.StartAsync(root, folder, Nodes);
        await using var hosts = await SwitchedHosts.StartAsync(
            root, folder, TelemetryRounds.Hosts, number => $"{lab.KaskSection}  deletes_path: {Path.Combine(folder, $"deletes-{number}")}\n");
        PairedRounds.Fill([hosts.All[0]], settings);
        await TelemetryRounds.MeasureAsync(document, hosts, $"A cluster of {Nodes} lab nodes", settings, Operation.GetHit);
    }

#pragma warning disable RS0030 // This is a command line.
    private static void Say(string text) => Console.WriteLine(text);
#pragma warning restore RS0030
}
