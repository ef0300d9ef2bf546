namespace Holdfast.Lab.Storage;

/// <summary>What became of a write at one replica.</summary>
internal enum WriteOutcome
{
    Applied,

    /// <summary>The commit log has no room: nothing was written. Reads go on.</summary>
    DiskFull,
}
