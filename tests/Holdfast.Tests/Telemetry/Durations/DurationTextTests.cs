using System.IO.Compression;
using System.Text.RegularExpressions;
using Holdfast.Telemetry.Durations;
using Holdfast.Tests.Http;
using Xunit;

namespace Holdfast.Tests.Telemetry.Durations;

/// <summary>The histograms that we write ourselves, held against the exporter's of the same requests.</summary>
[Collection(nameof(Alone))]
public sealed partial class DurationTextTests
{
    private const string Target = TestServer.Base + "foo";
    private const string OpenMetrics = "Accept: application/openmetrics-text;version=1.0.0";

    [Theory]
    [InlineData("Accept: text/plain")]
    [InlineData(OpenMetrics)]
    public async Task They_read_as_the_exporter_s_do(string accept)
    {
        var ours = await HistogramsAsync(accept, new Uri("http://127.0.0.1:1"), wantsCollector: false);
        var exporters = await HistogramsAsync(accept, new Uri("http://127.0.0.1:1"), wantsCollector: true);

        Assert.Contains("http_server_request_duration_seconds_bucket{http_request_method=\"GET\",http_response_status_code=\"404\",url_scheme=\"http\",le=\"+Inf\"} 3", ours);
        Assert.Equal(exporters.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task They_come_compressed_with_the_rest_to_who_takes_that()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("GET", Target);

        var answer = await server.AdminAsync("/metrics", OpenMetrics, "Accept-Encoding: br, gzip;q=0.5");

        Assert.Equal("gzip", answer["Content-Encoding"]);
        using GZipStream zipped = new(new MemoryStream(answer.Body), CompressionMode.Decompress);
        using StreamReader reader = new(zipped);
        var text = await reader.ReadToEndAsync();
        Assert.StartsWith("# TYPE http_request_duration_seconds histogram\n", text);
        Assert.Contains("\nkestrel_active_connections{", text);
        Assert.EndsWith("# EOF\n", text);
        Assert.Null((await server.AdminAsync("/metrics", "Accept-Encoding: gzip;q=0"))["Content-Encoding"]);
    }

    [Fact]
    public void What_a_label_says_cannot_break_out_of_it()
    {
        DurationFamily family = new("a.b", "Says \\ much\nmore", [1, 2.5], () =>
        [
            new DurationSeries([new("x.y", "q\"\\\n"), new("z", 7)], [1, 0, 2], TimeSpan.FromSeconds(3.25)),
        ]);

        Assert.Equal(
            """
            # TYPE a_b_seconds histogram
            # HELP a_b_seconds Says \\ much\nmore
            a_b_seconds_bucket{x_y="q\"\\\n",z="7",le="1"} 1
            a_b_seconds_bucket{x_y="q\"\\\n",z="7",le="2.5"} 1
            a_b_seconds_bucket{x_y="q\"\\\n",z="7",le="+Inf"} 3
            a_b_seconds_sum{x_y="q\"\\\n",z="7"} 3.25
            a_b_seconds_count{x_y="q\"\\\n",z="7"} 3

            """,
            DurationText.Write([family], openMetrics: false, default));
        Assert.Empty(DurationText.Write([family with { Read = () => [] }], openMetrics: true, default));
    }

    /// <summary>The lines of both histograms, without the time that requests took and the moment at which counting began.</summary>
    private static async Task<List<string>> HistogramsAsync(string accept, Uri collector, bool wantsCollector)
    {
        var options = TestServer.Options();
        options.Telemetry.OtlpEndpoint = wantsCollector ? collector : null;
        await using var server = await TestServer.StartAsync(options);
        await server.SendAsync("POST", Target, [1]);
        for (var i = 0; i < 3; i++)
        {
            await server.SendAsync("GET", Target);
            await server.SendAsync("GET", Target + "absent");
        }

        var answer = await server.AdminAsync("/metrics", accept);
        return [.. Duration().Matches(answer.Text).Select(match => Varying().Replace(match.Value, "$1 *"))];
    }

    [GeneratedRegex("^(# [A-Z]+ )?http_(server_)?request_duration_seconds.*$", RegexOptions.Multiline)]
    private static partial Regex Duration();

    // Which bucket a request falls into is the machine's affair, but for the last.
    [GeneratedRegex("^(.*(?:_sum\\{.*\\}|_created\\{.*\\}|le=\"[0-9.]+\"\\})) .*$")]
    private static partial Regex Varying();
}
