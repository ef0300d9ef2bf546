namespace Holdfast.Telemetry;

/// <summary>What became of all requests since the start.</summary>
/// <param name="Good">As the objective judges them (docs/slo.md).</param>
/// <param name="Error">Answered with a 5xx.</param>
/// <param name="Slow">Answered well, and too late.</param>
/// <param name="Failures">What the storage failed, by operation and reason, such as <c>read unavailable</c>.</param>
internal sealed record RequestTotals(long Good, long Error, long Slow, IReadOnlyDictionary<string, long> Failures);
