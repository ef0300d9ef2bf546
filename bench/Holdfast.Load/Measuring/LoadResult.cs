namespace Holdfast.Load.Measuring;

/// <summary>What a run of load saw.</summary>
/// <param name="Requests">Right answers within the run's time.</param>
/// <param name="AllRequests">All right answers, with those that came after the time was over: what the server worked for.</param>
/// <param name="Connections">TCP connections opened.</param>
/// <param name="Errors">Wrong answers, and connections that ended early.</param>
/// <param name="FirstError">What was wrong first.</param>
/// <param name="Duration">How long load was offered.</param>
/// <param name="Latency">From the moment a request was due to the last byte of its answer.</param>
internal sealed record LoadResult(
    long Requests,
    long AllRequests,
    long Connections,
    long Errors,
    string? FirstError,
    TimeSpan Duration,
    LatencyHistogram Latency)
{
    public double RequestsPerSecond => Requests / Duration.TotalSeconds;
}
