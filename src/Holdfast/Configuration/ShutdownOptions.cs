namespace Holdfast.Configuration;

/// <summary>The section <c>shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary><c>drain</c>: after SIGTERM, how long new requests are still served while /readyz says 503.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><c>timeout</c>: after the drain, how long requests in flight may take before they are cut.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
