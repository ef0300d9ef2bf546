using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Embedded.Tests;

/// <summary>A temporary folder for one store, and ways to open it.</summary>
internal sealed class DataFolder : IDisposable
{
    public DataFolder(string? under = null) => Path = under ?? Directory.CreateTempSubdirectory("holdfast-test-").FullName;

    public string Path { get; }

    /// <summary>The store's own folder, within.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    public string Database => System.IO.Path.Combine(Data, "db");

    public EmbeddedStoreOptions Options => new() { Path = Data, MinFreeBytes = 0 };

    public EmbeddedSessionStore Open(TimeProvider? time = null, Action<EmbeddedStoreOptions>? change = null)
    {
        EmbeddedStoreOptions options = Options;
        change?.Invoke(options);
        return EmbeddedSessionStore.Open(
            options, time ?? TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance);
    }

    /// <summary>The newest of RocksDB's logs.</summary>
    public string NewestLog() => Directory.GetFiles(Database, "*.log").Order(StringComparer.Ordinal).Last();

    /// <summary>Names and contents of everything that holds data: to show that nothing was changed.</summary>
    public Dictionary<string, string> Snapshot() => Directory
        .EnumerateFiles(Data, "*", SearchOption.AllDirectories)
        .Where(file => !System.IO.Path.GetFileName(file).StartsWith("LOG", StringComparison.Ordinal)
            && System.IO.Path.GetFileName(file) != "LOCK")
        .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
