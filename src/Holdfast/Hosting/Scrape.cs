using System.IO.Compression;
using System.Text;
using Holdfast.Http;
using Holdfast.Telemetry.Durations;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Hosting;

/// <summary>
/// One answer of the exporter's and of the histograms that stand before it, in the format that the exporter has agreed on with the client.
/// </summary>
/// <param name="exporter">Writes what the SDK has.</param>
/// <param name="durations">What it has not.</param>
/// <param name="time">The clock.</param>
internal sealed class Scrape(RequestDelegate exporter, IReadOnlyList<DurationFamily> durations, TimeProvider time)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();

    public async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = HeaderValues.NoStore;
        var zipped = TakesGzip(request);
        request.Headers.AcceptEncoding = default; // what is written in two parts is compressed as one
        var network = response.Body;
        using var exported = new MemoryStream();
        response.Body = exported;
        try
        {
            await exporter(context);
        }
        finally
        {
            response.Body = network;
        }

        var openMetrics = response.ContentType?.StartsWith("application/openmetrics-text", StringComparison.Ordinal) == true;
        var ours = Encoding.UTF8.GetBytes(DurationText.Write(durations, openMetrics, _since));
        response.ContentLength = zipped ? null : ours.Length + exported.Length;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (zipped)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        exported.Position = 0;
        await using var body = zipped ? new GZipStream(network, CompressionLevel.Fastest, leaveOpen: true) : network;
        await body.WriteAsync(ours, context.RequestAborted);
        await exported.CopyToAsync(body, context.RequestAborted);
    }

    private static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality != 0);
}
