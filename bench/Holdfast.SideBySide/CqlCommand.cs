using System.CommandLine;
using Holdfast.SideBySide.Comparisons;

namespace Holdfast.SideBySide;

/// <summary><c>cql</c>: CQL clients alone.</summary>
internal static class CqlCommand
{
    public static Command Create()
    {
        var repository = new Option<string>("--repository") { Description = "The repository's root.", Required = true };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each client.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<double>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 1 };
        var command = new Command("cql", "CQL clients alone, on one node of the lab.") { repository, rounds, seconds };
        command.SetAction(async parsed =>
        {
            var folder = Directory.CreateTempSubdirectory("holdfast-bench-").FullName;
            try
            {
                var root = parsed.GetValue(repository)!;
                var document = await ClientRounds.RunAsync(root, folder, parsed.GetValue(rounds), parsed.GetValue(seconds));
                Say(document.Text);
                await File.WriteAllTextAsync(Path.Combine(root, "bench/results/cql.md"), document.Text);
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
