using System.Diagnostics.Metrics;
using System.Globalization;
using Holdfast.Sessions;
using Holdfast.Sessions.Counting;
using Holdfast.Telemetry.Durations;

namespace Holdfast.Telemetry;

/// <summary>
/// Kask's request metrics under Kask's names, .NET's own of the same requests under .NET's, and what the storage did to requests.
/// </summary>
/// <remarks>
/// A request is tallied once, under its method and code (<see cref="DurationTally"/>), and every metric of requests is made of that when
/// somebody asks: a label's value can only be one of a fixed few.
/// </remarks>
internal sealed class RequestMetrics
{
    public const string MeterName = "Holdfast";

    /// <summary>The code under which a request is counted whose client went away before the answer.</summary>
    public const int ClientGone = 499;

    /// <summary>An answer that took longer is a bad one (docs/slo.md).</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(250);

    public const string DurationName = "http_request_duration_seconds";

    public const string ServerDurationName = "http.server.request.duration";

    private const string OtherMethod = "_OTHER";

    private static readonly string[] s_methods =
        ["GET", "POST", "DELETE", "HEAD", "PUT", "OPTIONS", "PATCH", "TRACE", "CONNECT", OtherMethod];

    private static readonly string[] s_reasons = ["unavailable", "out_of_space", "fault"];

    private static readonly int[] s_codes = [200, 201, 204, 400, 404, 408, 413, 429, ClientGone, 500, 503, 507];

    private static readonly double[] s_kaskBounds = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1];

    // As ASP.NET Core advises for http.server.request.duration.
    private static readonly double[] s_serverBounds = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];

    private static readonly double[] s_allBounds = [.. s_kaskBounds.Union(s_serverBounds).Order()];

    private readonly Series[] _series;
    private readonly DurationTally _tally;
    private readonly StripedCounts _begun = new(s_methods.Length);
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _serverDuration;
    private readonly Counter<long> _storageFailures;
    private readonly Counter<long> _limitHits;
    private readonly string _scheme;
    private readonly long[] _failed = new long[Enum.GetValues<StoreOperation>().Length * s_reasons.Length];

    /// <param name="meters">The host's.</param>
    /// <param name="scheme">What sessions are served over, <c>http</c> or <c>https</c>.</param>
    public RequestMetrics(IMeterFactory meters, string scheme)
    {
        _scheme = scheme;
        _series = [.. from method in s_methods from code in s_codes select new Series(method, code, scheme)];
        _tally = new DurationTally(_series.Length, s_allBounds);
        var meter = meters.Create(MeterName);
        Durations =
        [
            new DurationFamily(
                DurationName, "A histogram of latencies for requests, partitioned by status code and HTTP method.", s_kaskBounds,
                () => Told(s_kaskBounds, series => series.Tags)),
            new DurationFamily(
                ServerDurationName, "Duration of HTTP server requests.", s_serverBounds, () => Told(s_serverBounds, series => series.ServerTags)),
        ];
        _duration = Histogram(meter, Durations[0]);
        _serverDuration = Histogram(meter, Durations[1]);
        _storageFailures = meter.CreateCounter<long>(
            "holdfast_storage_failures_total", null, "Requests that the storage failed, by operation and reason.");
        _limitHits = meter.CreateCounter<long>(
            "holdfast_limit_hits_total", null, "Requests refused because of a configured limit.");
        _ = meter.CreateObservableUpDownCounter("http.server.active_requests", ObserveActive, "{request}", "Number of active HTTP server requests.");
        _ = meter.CreateObservableCounter(
            "http_requests_total", Observe, null, "Count of HTTP requests processed, partitioned by status code and HTTP method.");
        _ = meter.CreateObservableCounter(
            "holdfast_slo_requests_total",
            ObserveVerdicts,
            null,
            "Requests on sessions as the objective judges them: error is 5xx, slow took over 250 ms, good is all else, 404 too.");
    }

    /// <summary>How long requests took, for whoever is not told by <see cref="Hand"/>.</summary>
    public IReadOnlyList<DurationFamily> Durations { get; }

    /// <summary>The method, if it is one of the few that have a name here.</summary>
    public static string MethodLabel(string method) => s_methods[MethodIndex(method)];

    /// <summary>A request has come; its end is told by <see cref="Record"/>.</summary>
    public void Began(string method) => _begun.Increment(MethodIndex(method));

    public void Record(string method, int code, TimeSpan duration)
    {
        var codeIndex = Array.IndexOf(s_codes, code);
        if (codeIndex < 0)
        {
            codeIndex = Array.IndexOf(s_codes, 400); // a code of Kestrel's own for a request it gave up
        }

        _tally.Add((MethodIndex(method) * s_codes.Length) + codeIndex, duration);
    }

    /// <summary>
    /// Hands the histograms what has been tallied, if anybody listens to them. Every second, and when they are scraped: so that a scrape has
    /// all, and finds little to do.
    /// </summary>
    public void Hand() => _tally.Hand((series, duration, times) =>
    {
        if (!_duration.Enabled && !_serverDuration.Enabled)
        {
            return; // what comes later is for who listens later
        }

        var (ours, servers) = (_series[series].Tags, _series[series].ServerTags);
        for (var seconds = duration.TotalSeconds; times > 0; times--)
        {
            _duration.Record(seconds, ours);
            _serverDuration.Record(seconds, servers);
        }
    });

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
    public RequestTotals Totals()
    {
        var (good, error, slow) = Judge();
        return new RequestTotals(
            good,
            error,
            slow,
            (from operation in Enum.GetValues<StoreOperation>()
             from reason in Enumerable.Range(0, s_reasons.Length)
             select KeyValuePair.Create(
                 $"{OperationLabel(operation)} {s_reasons[reason]}", Interlocked.Read(ref _failed[FailureIndex(operation, reason)])))
            .ToDictionary(StringComparer.Ordinal));
    }

    private static int FailureIndex(StoreOperation operation, int reason) => ((int)operation * s_reasons.Length) + reason;

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

    private static Histogram<double> Histogram(Meter meter, DurationFamily family) => meter.CreateHistogram(
        family.Name, "s", family.Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = family.Bounds });

    private IEnumerable<DurationSeries> Told(double[] bounds, Func<Series, KeyValuePair<string, object?>[]> labels)
    {
        int[] ends = [.. bounds.Select(bound => Array.IndexOf(s_allBounds, bound))];
        return from at in Enumerable.Range(0, _series.Length)
               let told = _tally.Read(at, ends)
               where told.Counts.Any(count => count > 0)
               select new DurationSeries(labels(_series[at]), told.Counts, told.Sum);
    }

    private void Failed(StoreOperation operation, int reason)
    {
        Interlocked.Increment(ref _failed[FailureIndex(operation, reason)]);
        _storageFailures.Add(1, new("operation", OperationLabel(operation)), new("reason", s_reasons[reason]));
    }

    /// <summary>As docs/slo.md has it. A request counts once, in one of the three.</summary>
    private (long Good, long Error, long Slow) Judge()
    {
        long good = 0;
        long error = 0;
        long slow = 0;
        for (var at = 0; at < _series.Length; at++)
        {
            var code = _series[at].Code;
            if (code >= 500)
            {
                error += _tally.Count(at);
            }
            else if (code != ClientGone)
            {
                var (upTo, longer) = _tally.CountAround(at, SlowAfter);
                good += upTo;
                slow += longer;
            }
        }

        return (good, error, slow);
    }

    private IEnumerable<Measurement<long>> ObserveVerdicts()
    {
        var (good, error, slow) = Judge();
        return
        [
            new Measurement<long>(good, new KeyValuePair<string, object?>("result", "good")),
            new Measurement<long>(error, new KeyValuePair<string, object?>("result", "error")),
            new Measurement<long>(slow, new KeyValuePair<string, object?>("result", "slow")),
        ];
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        Hand();
        for (var at = 0; at < _series.Length; at++)
        {
            var count = _tally.Count(at);
            if (count > 0 || _series[at].IsShownFromStart)
            {
                yield return new Measurement<long>(count, _series[at].Tags);
            }
        }
    }

    private IEnumerable<Measurement<long>> ObserveActive()
    {
        for (var method = 0; method < s_methods.Length; method++)
        {
            // The ended ones first: of one that ends meanwhile the begin is counted, too.
            var ended = Enumerable.Range(method * s_codes.Length, s_codes.Length).Sum(_tally.Count);
            var begun = _begun.Read(method);
            if (begun > 0)
            {
                yield return new Measurement<long>(
                    begun - ended, new("http.request.method", s_methods[method]), new("url.scheme", _scheme));
            }
        }
    }

    /// <summary>One method and one code: how the metrics name them.</summary>
    private sealed class Series(string method, int code, string scheme)
    {
        public int Code { get; } = code;

        public KeyValuePair<string, object?>[] Tags { get; } =
            [new("code", code.ToString(CultureInfo.InvariantCulture)), new("method", method)];

        /// <summary>By OpenTelemetry's conventions for HTTP servers.</summary>
        public KeyValuePair<string, object?>[] ServerTags { get; } =
            [new("http.request.method", method), new("http.response.status_code", code), new("url.scheme", scheme)];

        /// <summary>What an alert or a panel asks for must be there before it first happens.</summary>
        public bool IsShownFromStart { get; } = (method, code) switch
        {
            ("GET" or "POST" or "DELETE", 400 or 500 or 503) => true,
            ("GET", 200 or 404) or ("POST", 201 or 413 or 507) or ("DELETE", 204) => true,
            _ => false,
        };
    }
}
