using System.Text.RegularExpressions;
using Xunit;

namespace Holdfast.Tests.Architecture;

/// <summary>Habits that a reviewer should not have to ask for.</summary>
public sealed partial class TidyTests
{
    private const int MaxLines = 400;

    private static readonly string[] s_code = ["src", "lab", "tests", "bench"];

    private static IEnumerable<string> Sources => s_code.SelectMany(folder => SourceTree.Files(folder, "*.cs"));

    [Fact]
    public void No_source_file_is_longer_than_a_sitting() =>
        Assert.All(Sources, source => Assert.True(File.ReadLines(RepositoryRoot.Combine(source)).Count() <= MaxLines, $"{source} has more than {MaxLines} lines"));

    [Fact]
    public void Every_suppressed_warning_has_its_reason_beside_it()
    {
        List<string> bare = [];
        foreach (var source in Sources)
        {
            var lines = File.ReadAllLines(RepositoryRoot.Combine(source));
            bare.AddRange(lines
                .Select((line, index) => (Line: line.Trim(), Before: index == 0 ? "" : lines[index - 1].Trim(), Number: index + 1))
                .Where(at => IsBare(at.Line, at.Before))
                .Select(at => $"{source}:{at.Number}"));
        }

        Assert.Empty(bare);
    }

    [Theory]
    [InlineData("#pragma warning disable CA1000", "", true)]
    [InlineData("#pragma warning disable CA1000 // why", "", false)]
    [InlineData("#pragma warning disable CA1000", "// why", false)]
    [InlineData("[SuppressMessage(\"a\", \"b\")]", "", true)]
    [InlineData("[SuppressMessage(\"a\", \"b\", Justification = \"why\")]", "", false)]
    public void A_bare_suppression_is_told_from_an_explained_one(string line, string before, bool isBare) =>
        Assert.Equal(isBare, IsBare(line, before));

    [Fact]
    public void No_project_switches_a_warning_off_without_a_reason() => Assert.All(
        s_code.SelectMany(folder => SourceTree.Files(folder, "*.csproj").Concat(SourceTree.Files(folder, "*.props"))).Append("Directory.Build.props"),
        file => Assert.All(
            SourceTree.Read(file).Split('\n').Where(line => line.Contains("<NoWarn>", StringComparison.Ordinal)),
            line => Assert.Contains("<!--", line, StringComparison.Ordinal)));

    [Fact]
    public void No_file_knows_the_machine_it_was_written_on()
    {
        string[] kinds = ["*.cs", "*.md", "*.yaml", "*.yml", "*.json", "*.csproj", "*.props", "*.targets", "*.slnx", "*.sh", "*.py", "*.service", "*.txt"];
        var files = kinds.SelectMany(kind => SourceTree.Files("", kind)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(MachinePath(), SourceTree.Read(file)));
    }

    private static bool IsBare(string line, string before) =>
        (line.StartsWith("#pragma warning disable", StringComparison.Ordinal)
            && !line.Contains("//", StringComparison.Ordinal) && !before.StartsWith("//", StringComparison.Ordinal))
        || (line.StartsWith("[SuppressMessage", StringComparison.Ordinal) && !line.Contains("Justification", StringComparison.Ordinal));

    // Written so that the pattern does not find itself.
    [GeneratedRegex("(?<![\\w.}$])/(?:wor[k]|roo[t]|home/[a-z][a-z0-9_-]*)/|[A-Z]:\\\\User[s]", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePath();
}
