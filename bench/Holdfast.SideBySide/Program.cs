using System.CommandLine;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide;
using Holdfast.SideBySide.Comparisons;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

var comparisons = new Dictionary<string, Func<ComparisonRun, Task<Document>>>
{
    ["reads"] = Reads.RunAsync,
    ["connections"] = Reads.ShortConnectionsAsync,
    ["writes-sync"] = Writes.SyncAsync,
    ["writes-relaxed"] = Writes.RelaxedAsync,
    ["million"] = MillionSessions.RunAsync,
};

var repository = new Option<string>("--repository") { Description = "The repository's root.", Required = true };
var only = new Option<string[]>("--only")
{
    Description = $"Comparisons, of {string.Join(", ", comparisons.Keys)}; all when absent.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. comparisons.Keys],
};
only.AcceptOnlyFromAmong([.. comparisons.Keys]);
var rounds = new Option<int>("--rounds") { Description = "Rounds of each comparison.", DefaultValueFactory = _ => 7 };
var seconds = new Option<double>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 2.5 };
var seed = new Option<ulong>("--seed") { Description = "Of keys, values and draws.", DefaultValueFactory = _ => 1 };
var temporary = new Option<string>("--temp")
{
    Description = "A folder on the disk to measure.",
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HOLDFAST_BENCH_TEMP") ?? "/var/tmp",
};

var http = new Command("http", "The session store over HTTP, beside a bare host and beside webdis + Redis.")
{
    repository, only, rounds, seconds, seed, temporary,
};
http.SetAction(async parsed =>
{
    var time = TimeProvider.System;
    var folder = Path.Combine(parsed.GetValue(temporary)!, $"holdfast-bench-{Environment.ProcessId}");
    Directory.CreateDirectory(folder);
    try
    {
        var disk = Machine.Filesystem(folder);
        if (disk.StartsWith("tmpfs", StringComparison.Ordinal))
        {
            Say($"{folder} is in memory: writes would cost nothing. Name a folder on a disk with --temp.");
            return 1;
        }

        var starter = new Starter(parsed.GetValue(repository)!, folder);
        if (!starter.HasWebdis)
        {
            Say("webdis and redis-server are not installed: what is compared with them is skipped.");
        }

        var settings = new RunSettings(
            parsed.GetValue(rounds),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(seed),
            new SessionSet(10_000, 1024, parsed.GetValue(seed)));
        var run = new ComparisonRun(starter, settings, Machine.Describe(time), disk, time);
        foreach (var name in parsed.GetValue(only)!)
        {
            Say($"{name} …");
            var document = await comparisons[name](run);
            Say(document.Text);
            await File.WriteAllTextAsync(Path.Combine(parsed.GetValue(repository)!, $"bench/results/http-{name}.md"), document.Text);
        }

        return 0;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});

return await new RootCommand("Measures Holdfast beside its peers.")
{
    http, CassandraCommand.Create(), CqlCommand.Create(), TelemetryCommand.Create(),
}.Parse(args).InvokeAsync();

#pragma warning disable RS0030 // This is a command line.
static void Say(string text) => Console.WriteLine(text);
#pragma warning restore RS0030
