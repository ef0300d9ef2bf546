namespace Holdfast.Embedded.Native;

/// <summary>RocksDB refused or failed; its message names files and offsets, never keys.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>True when the cause is a full disk (or quota).</summary>
    public bool IsNoSpace =>
        Message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase)
        || Message.Contains("NoSpace", StringComparison.Ordinal)
        || Message.Contains("quota exceeded", StringComparison.OrdinalIgnoreCase);
}
