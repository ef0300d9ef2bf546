namespace Holdfast.Cassandra.Deletes;

/// <summary>The bounds of <see cref="DeleteQueue"/>, and how often it repeats.</summary>
internal sealed record DeleteQueueOptions
{
    /// <summary>Where it is kept; null keeps it in memory only.</summary>
    public string? Folder { get; init; }

    // Half an hour of a data centre's absence at nearly 300 logouts a second; about 100 MB.
    public int CountMax { get; init; } = 500_000;

    public long BytesMax { get; init; } = 128L * 1024 * 1024;

    /// <summary>Repeats at the same time: a queue of the full size is gone within minutes, and nobody's requests are in the way.</summary>
    public int RoundMax { get; init; } = 16;

    public TimeSpan RepeatMin { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan RepeatMax { get; init; } = TimeSpan.FromSeconds(30);
}
