using System.Text;
using Holdfast.Acceptance.Cluster;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.Telemetry;

/// <summary>
/// Metrics and spans as a collector gets them, decoded by what OpenTelemetry published: names, parents, attributes, and no key.
/// </summary>
public sealed class OtlpTests
{
    private const string Marker = "KEYMARKER5d1e";
    private const string Secret = "Bearer SECRETMARKER9a";
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string RequestId = "ea9a0eef-256d-4eb1-bfd5-863a66aacee9";
    private const string Caller = "b7ad6b7169203331";

    [Fact]
    public async Task A_session_s_trace_goes_from_the_client_s_span_to_the_coordinator_s_and_names_no_key()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync("http");
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(seed: 11);
        await using HoldfastProcess server = await HoldfastProcess.StartOnClusterAsync(
            cluster, protection: true, ("HOLDFAST__TELEMETRY__OTLP_ENDPOINT", collector.Address.ToString()),
            ("HOLDFAST__TELEMETRY__OTLP_HEADERS", $"Authorization={Secret}"), ("HOLDFAST__TELEMETRY__TRACE_SAMPLE_RATIO", "0"),
            ("HOLDFAST__LOG_LEVEL", "debug"), ("HOLDFAST__CANARY__INTERVAL", "0s"), ("HOLDFAST__SESSION_LOSS__SENTINEL_INTERVAL", "0s")); // they are nobody's request
        string traceparent = $"00-{Trace}-{Caller}-01";

        await SendAsync(server, HttpMethod.Post, traceparent);
        await SendAsync(server, HttpMethod.Get, traceparent);
        await SendAsync(server, HttpMethod.Get, $"00-{Trace.Replace('0', '1')}-{Caller}-00"); // its client does not record it
        await SendAsync(server, HttpMethod.Get, "00-nonsense"); // and this one is nobody's, of which none is recorded
        await cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "overloaded", "eqiad-1")));
        for (int i = 0; i < 200 && !FailedAttempts(server).Any(); i++)
        {
            await SendAsync(server, HttpMethod.Get, traceparent);
        }

        await SendAsync(server, HttpMethod.Delete, traceparent);
        await collector.UntilAsync(_ => collector.Spans().Count(span => span.Kind == "SPAN_KIND_SERVER") >= 3, "three spans of requests");
        server.Signal(HoldfastProcess.SigTerm);
        await server.WaitForExitAsync();

        IReadOnlyList<OtlpSpan> spans = collector.Spans();
        OtlpSpan[] requests = [.. spans.Where(span => span.Kind == "SPAN_KIND_SERVER")];
        OtlpSpan[] attempts = [.. spans.Where(span => span.Kind == "SPAN_KIND_CLIENT")];
        Assert.All(spans, span => Assert.Equal(Trace, span.TraceId));
        Assert.Equal(
            ["DELETE /sessions/v1/{key}", "GET /sessions/v1/{key}", "POST /sessions/v1/{key}"], requests.Select(span => span.Name).Distinct().Order());
        Assert.All(requests, span => Assert.Equal((Caller, "Holdfast"), (span.ParentId, span.Scope)));
        Assert.All(requests, span => Assert.Equal("/sessions/v1/REDACTED", span.Attributes["url.path"]));
        Assert.Equal("200", requests.First(span => span.Name.StartsWith("GET", StringComparison.Ordinal)).Attributes["http.response.status_code"]);
        Assert.All(attempts, span => Assert.Contains(requests, request => request.Id == span.ParentId));
        Assert.All(requests, request => Assert.Contains(attempts, span => span.ParentId == request.Id));
        foreach (string name in (ReadOnlySpan<string>)["SELECT kask", "INSERT kask", "DELETE kask"])
        {
            // Spans arrive as they end: a hedge's may be there before the one of the attempt that it stands beside.
            IReadOnlyDictionary<string, string> said = attempts.First(span => span.Name == name && span.Attributes["holdfast.attempt"] == "1").Attributes;
            Assert.Equal("cassandra", said["db.system.name"]);
            Assert.Equal(name == "DELETE kask" ? "each_quorum" : "local_quorum", said["cassandra.consistency.level"]);
            Assert.Contains(said["server.address"], cluster.Hosts);
        }

        // A coordinator that refused: its span says why, and beside it the same request went to others, told apart by their number.
        OtlpSpan failed = attempts.First(span => span.Attributes.ContainsKey("error.type"));
        OtlpSpan[] tries = [.. attempts.Where(span => span.ParentId == failed.ParentId)];
        Assert.Equal("overloaded", failed.Attributes["error.type"]);
        Assert.Contains(tries, span => span.Attributes["holdfast.attempt"] == "1");
        Assert.Distinct(tries.Select(span => span.Attributes["holdfast.attempt"]));
        Assert.Contains(tries, other => other.Attributes["server.address"] != failed.Attributes["server.address"]);
        Assert.All(FailedAttempts(server), line => Assert.Contains($"\"request_id\":\"{RequestId}\",\"trace_id\":\"{Trace}\"", line, StringComparison.Ordinal));

        Assert.Superset(
            new HashSet<string> { "db.client.operation.duration", "http_requests_total", "holdfast_coordinator_state" },
            collector.Metrics().ToHashSet());
        Assert.All(collector.Received().Skip(1), export => Assert.Equal(Secret, export.GetProperty("authorization").GetString()));
        NothingHolds(Marker, collector, server);
        Assert.DoesNotContain(Secret, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_can_be_spoken_to_by_grpc()
    {
        DirectoryInfo data = Directory.CreateTempSubdirectory("holdfast-otlp-");
        await using OtlpCollector collector = await OtlpCollector.StartAsync("grpc");
        await using (HoldfastProcess server = await HoldfastProcess.StartAsync(
            Path.Combine(data.FullName, "data"), "sync", "100ms", 0, ("HOLDFAST__TELEMETRY__OTLP_ENDPOINT", collector.Address.ToString()),
            ("HOLDFAST__TELEMETRY__OTLP_PROTOCOL", "grpc"), ("HOLDFAST__TELEMETRY__TRACE_SAMPLE_RATIO", "1")))
        {
            await SendAsync(server, HttpMethod.Post, null);

            // A first export, on a crowded machine, may take longer than the two seconds that leaving has for the last.
            await collector.UntilAsync(_ => collector.Spans().Count > 0, "the request's span");
            server.Signal(HoldfastProcess.SigTerm);
            await server.WaitForExitAsync();

            Assert.Equal("", Assert.Single(collector.Spans()).ParentId);
            Assert.Contains("http_requests_total", collector.Metrics());
            NothingHolds(Marker, collector, server);
        }

        data.Delete(recursive: true);
    }

    private static IEnumerable<string> FailedAttempts(HoldfastProcess server) =>
        server.Output.Split('\n').Where(line => line.Contains("failed an attempt at", StringComparison.Ordinal));

    private static void NothingHolds(string marker, OtlpCollector collector, HoldfastProcess server)
    {
        string hex = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(marker));
        Assert.NotEmpty(collector.Received().Skip(1));
        Assert.All(collector.Received().Skip(1), export => Assert.DoesNotContain(hex, export.GetProperty("raw").GetString(), StringComparison.Ordinal));
        Assert.DoesNotContain(marker, server.Output, StringComparison.Ordinal);
    }

    private static async Task SendAsync(HoldfastProcess server, HttpMethod method, string? traceparent)
    {
        using HttpClient http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using HttpRequestMessage request = new(method, new Uri(server.Sessions, $"mw%3A{Marker}"));
        request.Headers.Add("X-Request-ID", RequestId);
        if (traceparent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        }

        request.Content = method == HttpMethod.Post ? new ByteArrayContent([1, 2, 3]) : null;
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
