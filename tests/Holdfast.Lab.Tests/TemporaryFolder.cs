namespace Holdfast.Lab.Tests;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("holdfast-lab-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
