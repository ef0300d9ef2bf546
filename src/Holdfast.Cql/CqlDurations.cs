namespace Holdfast.Cql;

/// <summary>How long requests take, all attempts together, as OpenTelemetry's conventions for database clients have it.</summary>
public static class CqlDurations
{
    /// <summary>The histogram's name.</summary>
    public const string Name = "db.client.operation.duration";

    /// <summary>What it counts.</summary>
    public const string Help = "Duration of a request, all attempts together";

    /// <summary>Upper bounds of its buckets in seconds, as the conventions advise; inclusive. One more bucket holds what takes longer.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
}

/// <summary>The durations of requests that have the same attributes.</summary>
/// <param name="Attributes">By the conventions: system, operation, consistency level, and the error where there was one.</param>
/// <param name="Counts">Requests in each bucket, one more than there are bounds.</param>
/// <param name="Sum">All durations together.</param>
public sealed record CqlDurationSeries(IReadOnlyList<KeyValuePair<string, object?>> Attributes, IReadOnlyList<long> Counts, TimeSpan Sum);
