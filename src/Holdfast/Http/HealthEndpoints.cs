using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdfast.Health;

namespace Holdfast.Http;

/// <summary>/healthz: alive, in Kask's shape. /readyz: whether to send requests here.</summary>
/// <param name="readiness">What is asked.</param>
/// <param name="isAdmin">Whether a request came to the admin listener: only there the reason is told, which names hosts.</param>
internal sealed class HealthEndpoints(Readiness readiness, Func<HttpContext, bool> isAdmin)
{
    private readonly byte[] _health = Encoding.UTF8.GetBytes(
        $$"""
        {
          "version": "{{BuildInfo.Version}}",
          "build_date": "{{BuildInfo.Date}}",
          "build_host": "{{BuildInfo.Host}}",
          "go_version": "{{BuildInfo.Runtime}}"
        }
        """);

    public Task HealthAsync(HttpContext context) => Json(context, StatusCodes.Status200OK, _health);

    public async Task ReadyAsync(HttpContext context)
    {
        var (ready, status) = await readiness.CheckAsync(context.RequestAborted);
        var reason = !ready && isAdmin(context) && readiness.Reason is { } why
            ? $",\n  \"reason\": \"{JsonEncodedText.Encode(why, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""
            : "";
        var body = Encoding.UTF8.GetBytes($"{{\n  \"status\": \"{status}\"{reason}\n}}\n");
        await Json(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, body);
    }

    private static async Task Json(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.ContentType = HeaderValues.Json;
        response.Headers.CacheControl = HeaderValues.NoStore;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
