namespace Holdfast.Tests.Architecture;

/// <summary>The repository's files as they lie in the working copy, without what a build leaves behind.</summary>
internal static class SourceTree
{
    private static readonly string[] s_builds = ["bin", "obj", "artifacts", "TestResults", "holdfast-data", "holdfast-data-events", "BenchmarkDotNet.Artifacts", "node_modules"];

    /// <summary>Files below a folder of the root (all of it for an empty name), as paths from the root with slashes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var start = RepositoryRoot.Combine(folder);
        return Directory.Exists(start) ? Walk(new DirectoryInfo(start), pattern) : [];
    }

    public static string Read(string path) => File.ReadAllText(RepositoryRoot.Combine(path));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern)
    {
        foreach (var file in folder.EnumerateFiles(pattern))
        {
            yield return Path.GetRelativePath(RepositoryRoot.Path, file.FullName).Replace('\\', '/');
        }

        foreach (var inner in folder.EnumerateDirectories().Where(inner => !inner.Name.StartsWith('.') && !s_builds.Contains(inner.Name)))
        {
            foreach (var file in Walk(inner, pattern))
            {
                yield return file;
            }
        }
    }
}
