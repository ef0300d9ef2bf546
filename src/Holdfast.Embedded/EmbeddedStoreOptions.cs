namespace Holdfast.Embedded;

/// <summary>When an acknowledged write is safe from what.</summary>
public enum Durability
{
    /// <summary>On disk before the answer (fsync of the write-ahead log): survives a power cut.</summary>
    Sync,

    /// <summary>
    /// Handed to the kernel before the answer, fsync every <see cref="EmbeddedStoreOptions.RelaxedSyncInterval"/>:
    /// survives the process, and a power cut loses at most that much.
    /// </summary>
    Relaxed,
}

/// <summary>The section <c>storage.embedded</c>: what an operator may set of the embedded store.</summary>
public sealed class EmbeddedStoreOptions
{
    /// <summary>The folder that holds the data; created when absent. Relative paths start at the working directory.</summary>
    public string Path { get; set; } = "holdfast-data";

    /// <summary>What an acknowledged write survives.</summary>
    public Durability Durability { get; set; } = Durability.Sync;

    /// <summary>How often <see cref="Durability.Relaxed"/> syncs the log to disk.</summary>
    public TimeSpan RelaxedSyncInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Below this much free space on the data's filesystem, writes are refused; reads and deletes go on.</summary>
    public long MinFreeBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Memory for values kept ready to be read.</summary>
    public long CacheBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Writes that may wait for the disk at one time; further ones are answered 'unavailable'.</summary>
    public int MaxQueuedWrites { get; set; } = 16_384;
}
