namespace Holdfast.Telemetry.Durations;

/// <summary>A histogram of durations as Prometheus knows it. Lives in this folder: how long requests took, from the tally to the text.</summary>
/// <param name="Name">Of OpenTelemetry's instrument; its text says the unit, seconds, and has underscores for dots.</param>
/// <param name="Help">What it counts, in a line.</param>
/// <param name="Bounds">Upper bounds of the buckets in seconds, ascending and inclusive.</param>
/// <param name="Read">Asked with each scrape.</param>
internal sealed record DurationFamily(string Name, string Help, IReadOnlyList<double> Bounds, Func<IEnumerable<DurationSeries>> Read);

/// <summary>The durations that have the same labels.</summary>
/// <param name="Labels">Attributes; their names get underscores for dots.</param>
/// <param name="Counts">How many in each bucket, one more than there are bounds.</param>
/// <param name="Sum">All together.</param>
internal sealed record DurationSeries(IEnumerable<KeyValuePair<string, object?>> Labels, IReadOnlyList<long> Counts, TimeSpan Sum);
