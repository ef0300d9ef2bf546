namespace Holdfast.Lab.Workload;

/// <summary>What the built-in client asks, how often, and from where.</summary>
internal sealed record WorkloadOptions
{
    /// <summary>Requests a second.</summary>
    public double Rate { get; init; } = 100;

    public double Reads { get; init; } = 0.7;

    public double Writes { get; init; } = 0.3;

    /// <summary>At EACH_QUORUM, as Kask deletes.</summary>
    public double Deletes { get; init; }

    public int Keys { get; init; } = 500;

    /// <summary>How long the driver waits for a frame.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When whoever asked the driver gives up, while the driver goes on; null for never.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Where the client runs: it uses this data centre's nodes alone.</summary>
    public string Datacenter { get; init; } = "";
}
