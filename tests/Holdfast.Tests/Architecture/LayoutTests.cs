using System.Xml.Linq;
using Xunit;

namespace Holdfast.Tests.Architecture;

/// <summary>The arrows between the parts, as docs/architecture.md draws them.</summary>
public sealed class LayoutTests
{
    /// <summary>What each project of src/ may reference. A new project finds its place here first.</summary>
    private static readonly Dictionary<string, string[]> s_mayReference = new(StringComparer.Ordinal)
    {
        ["Holdfast.Sessions"] = [],
        ["Holdfast.Embedded"] = ["Holdfast.Sessions"],
        ["Holdfast.Cql"] = [],
        ["Holdfast.Cassandra"] = ["Holdfast.Sessions", "Holdfast.Cql"],
        ["Holdfast.Insight"] = ["Holdfast.Sessions"],
        ["Holdfast"] = ["Holdfast.Sessions", "Holdfast.Embedded", "Holdfast.Cql", "Holdfast.Cassandra", "Holdfast.Insight"],
    };

    [Fact]
    public void Every_project_of_src_references_only_what_it_may()
    {
        var projects = SourceTree.Files("src", "*.csproj").ToList();

        Assert.NotEmpty(projects);
        Assert.All(projects, project =>
        {
            Assert.True(s_mayReference.TryGetValue(Name(project), out var allowed), $"{project}: say in this test what it may reference");
            Assert.Subset(allowed.Select(name => $"src/{name}/{name}.csproj").ToHashSet(), References(project).ToHashSet());
        });
    }

    [Fact]
    public void Sessions_need_no_package_either() =>
        Assert.Empty(Load("src/Holdfast.Sessions/Holdfast.Sessions.csproj").Descendants("PackageReference"));

    [Fact]
    public void The_lab_knows_nothing_of_the_product()
    {
        var projects = SourceTree.Files("lab", "*.csproj").ToList();

        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.All(References(project), reference => Assert.StartsWith("lab/", reference, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = XDocument.Parse(SourceTree.Read("Holdfast.slnx")).Descendants("Project").Select(project => project.Attribute("Path")!.Value);
        var projects = new[] { "src", "lab", "tests", "bench" }.SelectMany(folder => SourceTree.Files(folder, "*.csproj"));

        Assert.Equal(projects.Order(StringComparer.Ordinal), solution.Order(StringComparer.Ordinal));
    }

    private static XDocument Load(string project) => XDocument.Parse(SourceTree.Read(project));

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static IEnumerable<string> References(string project) => Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFullPath(RepositoryRoot.Combine(Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value)))
        .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/'));
}
