using System.Text.RegularExpressions;
using Xunit;

namespace Holdfast.Tests.Architecture;

/// <summary>Inside a project, folders are parts too: their names are true, and their arrows go one way.</summary>
public sealed partial class NamespaceTests
{
    [Fact]
    public void Namespaces_match_folders()
    {
        var sources = new[] { "src", "lab" }.SelectMany(folder => SourceTree.Files(folder, "*.cs")).ToList();

        Assert.NotEmpty(sources);
        Assert.All(sources, source =>
        {
            var folders = Path.GetDirectoryName(source)!.Split('/')[1..];
            if (NamespaceOf(source) is { } name)
            {
                Assert.Equal(string.Join('.', folders), name);
            }
            else
            {
                Assert.Contains(Path.GetFileName(source), new[] { "Program.cs", "AssemblyInfo.cs", "GlobalUsings.cs" });
            }
        });
    }

    [Fact]
    public void Inside_the_program_no_two_namespaces_need_each_other() => Assert.Empty(Cycles("src/Holdfast"));

    [Fact]
    public void Inside_the_embedded_store_no_two_namespaces_need_each_other() => Assert.Empty(Cycles("src/Holdfast.Embedded"));

    /// <summary>Each pair of namespaces that can reach one another. A namespace sees those around it without saying so.</summary>
    private static List<string> Cycles(string folder)
    {
        Dictionary<string, HashSet<string>> uses = new(StringComparer.Ordinal);
        var sources = SourceTree.Files(folder, "*.cs").Select(source => (Name: NamespaceOf(source), Text: SourceTree.Read(source)))
            .Where(source => source.Name is not null).ToList();
        foreach (var (name, text) in sources)
        {
            uses.TryAdd(name!, []);
            uses[name!].UnionWith(Using().Matches(text).Select(match => match.Groups[1].Value));
        }

        var reaches = uses.Keys.ToDictionary(name => name, name => Reach(name, uses), StringComparer.Ordinal);
        return
        [
            .. from one in uses.Keys
               from other in uses.Keys
               where string.CompareOrdinal(one, other) < 0 && reaches[one].Contains(other) && reaches[other].Contains(one)
               select $"{one} and {other}",
        ];
    }

    private static HashSet<string> Reach(string start, Dictionary<string, HashSet<string>> uses)
    {
        HashSet<string> reached = new(StringComparer.Ordinal);
        Stack<string> open = new([start]);
        while (open.TryPop(out var name))
        {
            foreach (var next in uses.GetValueOrDefault(name, []).Where(reached.Add))
            {
                open.Push(next);
            }
        }

        return reached;
    }

    private static string? NamespaceOf(string source) =>
        Declaration().Match(SourceTree.Read(source)) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?(Holdfast[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
