namespace Holdfast.Configuration;

/// <summary>The section <c>session_loss</c>.</summary>
public sealed class SessionLossOptions
{
    /// <summary><c>sentinel_interval</c>: from one sentinel session to the next; zero for none.</summary>
    public TimeSpan SentinelInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary><c>memory_bytes</c>: for what this instance acknowledged; zero for none of it.</summary>
    public long MemoryBytes { get; set; } = 64 * 1024 * 1024;
}
