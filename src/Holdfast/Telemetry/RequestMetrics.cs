using System.Diagnostics.Metrics;
using System.Globalization;
using Holdfast.Sessions;

namespace Holdfast.Telemetry;

/// <summary>Kask's request metrics under Kask's names, and what the storage did to requests.</summary>
/// <remarks>
/// A request is counted in a cell of its own method and code; the counter is read from there when it is scraped, so that
/// counting costs an interlocked increment, and a label's value can only be one of a fixed few.
/// </remarks>
internal sealed class RequestMetrics
{
    public const string MeterName = "Holdfast";

    /// <summary>The code under which a request is counted whose client went away before the answer.</summary>
    public const int ClientGone = 499;

    /// <summary>An answer that took longer is a bad one (docs/slo.md).</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(250);

    private const string OtherMethod = "_OTHER";

    private static readonly string[] s_methods =
        ["GET", "POST", "DELETE", "HEAD", "PUT", "OPTIONS", "PATCH", "TRACE", "CONNECT", OtherMethod];

    private static readonly string[] s_reasons = ["unavailable", "out_of_space", "fault"];

    private static readonly int[] s_codes = [200, 201, 204, 400, 404, 408, 413, 429, ClientGone, 500, 503, 507];

    private readonly Cell[] _cells;
    private readonly Verdict[] _verdicts = [new("good"), new("error"), new("slow")];
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _storageFailures;
    private readonly Counter<long> _limitHits;
    private readonly long[] _failed = new long[Enum.GetValues<StoreOperation>().Length * s_reasons.Length];

    public RequestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _cells = [.. from method in s_methods from code in s_codes select new Cell(method, code)];
        _duration = meter.CreateHistogram<double>(
            "http_request_duration_seconds",
            "s",
            "A histogram of latencies for requests, partitioned by status code and HTTP method.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1] });
        _storageFailures = meter.CreateCounter<long>(
            "holdfast_storage_failures_total", null, "Requests that the storage failed, by operation and reason.");
        _limitHits = meter.CreateCounter<long>(
            "holdfast_limit_hits_total", null, "Requests refused because of a configured limit.");
        _ = meter.CreateObservableCounter(
            "http_requests_total", Observe, null, "Count of HTTP requests processed, partitioned by status code and HTTP method.");
        _ = meter.CreateObservableCounter(
            "holdfast_slo_requests_total",
            () => _verdicts.Select(verdict => new Measurement<long>(Interlocked.Read(ref verdict.Count), verdict.Tag)),
            null,
            "Requests on sessions as the objective judges them: error is 5xx, slow took over 250 ms, good is all else, 404 too.");
    }

    /// <summary>The method, if it is one of the few that have a name here.</summary>
    public static string MethodLabel(string method) => s_methods[MethodIndex(method)];

    public void Record(string method, int code, TimeSpan duration)
    {
        var codeIndex = Array.IndexOf(s_codes, code);
        if (codeIndex < 0)
        {
            codeIndex = Array.IndexOf(s_codes, 400); // a code of Kestrel's own for a request it gave up
        }

        var cell = _cells[(MethodIndex(method) * s_codes.Length) + codeIndex];
        Interlocked.Increment(ref cell.Count);
        _duration.Record(duration.TotalSeconds, cell.Tags);
        Judge(code, duration);
    }

    /// <summary>
    /// Makes the series that alerts and panels ask for before anything has happened. Called once the exporter listens: what
    /// is recorded earlier is lost.
    /// </summary>
    public void ShowFromStart()
    {
        foreach (var operation in Enum.GetValues<StoreOperation>())
        {
            foreach (var reason in s_reasons)
            {
                _storageFailures.Add(0, new("operation", OperationLabel(operation)), new("reason", reason));
            }
        }

        foreach (var limit in (ReadOnlySpan<string>)["max_key_bytes", "max_value_bytes", "max_ttl"])
        {
            LimitHit(limit, 0);
        }
    }

    /// <summary>A request asked for more than <c>limits.</c><paramref name="limit"/>.</summary>
    public void LimitHit(string limit, int count = 1) => _limitHits.Add(count, new KeyValuePair<string, object?>("limit", limit));

    public void StorageFailed(StoreOperation operation, StoreStatus status) =>
        Failed(operation, status == StoreStatus.OutOfSpace ? 1 : 0);

    public void StoreFaulted(StoreOperation operation) => Failed(operation, 2);

    /// <summary>What became of all requests so far.</summary>
    public RequestTotals Totals() => new(
        Interlocked.Read(ref _verdicts[0].Count),
        Interlocked.Read(ref _verdicts[1].Count),
        Interlocked.Read(ref _verdicts[2].Count),
        (from operation in Enum.GetValues<StoreOperation>()
         from reason in Enumerable.Range(0, s_reasons.Length)
         select KeyValuePair.Create(
             $"{OperationLabel(operation)} {s_reasons[reason]}", Interlocked.Read(ref _failed[FailureIndex(operation, reason)])))
        .ToDictionary(StringComparer.Ordinal));

    private void Failed(StoreOperation operation, int reason)
    {
        Interlocked.Increment(ref _failed[FailureIndex(operation, reason)]);
        _storageFailures.Add(1, new("operation", OperationLabel(operation)), new("reason", s_reasons[reason]));
    }

    private static int FailureIndex(StoreOperation operation, int reason) => ((int)operation * s_reasons.Length) + reason;

    private void Judge(int code, TimeSpan duration)
    {
        if (code != ClientGone)
        {
            var verdict = code >= 500 ? _verdicts[1] : duration > SlowAfter ? _verdicts[2] : _verdicts[0];
            Interlocked.Increment(ref verdict.Count);
        }
    }

    private static string OperationLabel(StoreOperation operation) => operation switch
    {
        StoreOperation.Read => "read",
        StoreOperation.Write => "write",
        _ => "delete",
    };

    private static int MethodIndex(string method)
    {
        for (var i = 0; i < s_methods.Length - 1; i++)
        {
            if (string.Equals(method, s_methods[i], StringComparison.Ordinal))
            {
                return i;
            }
        }

        return s_methods.Length - 1;
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        foreach (var cell in _cells)
        {
            var count = Interlocked.Read(ref cell.Count);
            if (count > 0 || cell.IsShownFromStart)
            {
                yield return new Measurement<long>(count, cell.Tags);
            }
        }
    }

    private sealed class Cell(string method, int code)
    {
        public long Count;

        public KeyValuePair<string, object?>[] Tags { get; } =
            [new("code", code.ToString(CultureInfo.InvariantCulture)), new("method", method)];

        /// <summary>What an alert or a panel asks for must be there before it first happens.</summary>
        public bool IsShownFromStart { get; } = (method, code) switch
        {
            ("GET" or "POST" or "DELETE", 400 or 500 or 503) => true,
            ("GET", 200 or 404) or ("POST", 201 or 413 or 507) or ("DELETE", 204) => true,
            _ => false,
        };
    }

    /// <summary>What the objective says of a request.</summary>
    private sealed class Verdict(string result)
    {
        public long Count;

        public KeyValuePair<string, object?> Tag { get; } = new("result", result);
    }
}
