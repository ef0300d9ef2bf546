namespace Holdfast.Acceptance;

/// <summary>The working copy that these tests were built from: the nearest folder above them that holds the solution.</summary>
internal static class RepositoryRoot
{
    public static string Combine(params string[] parts)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
            {
                return Path.Combine([folder.FullName, .. parts]);
            }
        }

        throw new InvalidOperationException($"No Holdfast.slnx above {AppContext.BaseDirectory}.");
    }
}
