using System.CommandLine;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Comparisons;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide;

/// <summary><c>cassandra</c>: sessions in a cluster, beside a service built as Kask is built.</summary>
internal static class CassandraCommand
{
    private static readonly Dictionary<string, Operation> s_comparisons = new()
    {
        ["found"] = Operation.GetHit,
        ["absent"] = Operation.GetMiss,
        ["writes"] = Operation.Post,
    };

    public static Command Create()
    {
        var repository = new Option<string>("--repository") { Description = "The repository's root.", Required = true };
        var only = new Option<string[]>("--only")
        {
            Description = $"Comparisons, of {string.Join(", ", s_comparisons.Keys)}; all when absent.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. s_comparisons.Keys],
        };
        only.AcceptOnlyFromAmong([.. s_comparisons.Keys]);
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each comparison.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<double>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 1.5 };
        var seed = new Option<ulong>("--seed") { Description = "Of keys, values and draws.", DefaultValueFactory = _ => 1 };
        var command = new Command("cassandra", "Sessions in a cluster, beside a service built as Kask is built.")
        {
            repository, only, rounds, seconds, seed,
        };
        command.SetAction(async parsed =>
        {
            var root = parsed.GetValue(repository)!;
            if (!File.Exists(ClusterStarter.PeerProgram(root)))
            {
                Say("The Go peer is not built: golang-go and golang-github-gocql-gocql-dev are needed.");
                return 1;
            }

            var settings = new RunSettings(
                parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed),
                new SessionSet(10_000, 1024, parsed.GetValue(seed)));
            var folder = Directory.CreateTempSubdirectory("holdfast-bench-").FullName;
            try
            {
                foreach (var name in parsed.GetValue(only)!)
                {
                    Say($"{name} …");
                    var document = await ClusterRounds.RunAsync(
                        new ClusterRun(root, folder, settings, Machine.Describe(TimeProvider.System)), s_comparisons[name]);
                    Say(document.Text);
                    await File.WriteAllTextAsync(Path.Combine(root, $"bench/results/cassandra-{name}.md"), document.Text);
                }

                return 0;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

#pragma warning disable RS0030 // This is a command line.
    private static void Say(string text) => Console.WriteLine(text);
#pragma warning restore RS0030
}
