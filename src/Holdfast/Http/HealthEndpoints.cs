using System.Text;
using Holdfast.Health;

namespace Holdfast.Http;

/// <summary>/healthz: alive, in Kask's shape. /readyz: whether to send requests here.</summary>
internal sealed class HealthEndpoints(Readiness readiness)
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
        var body = Encoding.UTF8.GetBytes($"{{\n  \"status\": \"{status}\"\n}}\n");
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
