namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>Cassandra's defaults, as measured.</summary>
internal sealed record RequestTimeouts
{
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Stands for Cassandra's 99th percentile of a table's own latency.</summary>
    public TimeSpan SpeculateAfter { get; init; } = TimeSpan.FromMilliseconds(25);

    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan Range { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Truncate { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan HintWindow { get; init; } = TimeSpan.FromHours(3);

    public TimeSpan HintDispatchEvery { get; init; } = TimeSpan.FromSeconds(10);
}
