using System.Text;
using Holdfast.Http;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Holdfast.OpenApi;

/// <summary>/openapi: YAML as Kask has it, JSON to those who accept it. /openapi.json: JSON.</summary>
internal sealed class DescriptionEndpoints
{
    private readonly byte[] _yaml;
    private readonly byte[] _json;

    public DescriptionEndpoints(OpenApiDocument document)
    {
        _yaml = Serialize(document, writer => new OpenApiYamlWriter(writer));
        _json = Serialize(document, writer => new OpenApiJsonWriter(writer));
    }

    public Task NegotiatedAsync(HttpContext context) =>
        PrefersJson(context.Request) ? JsonAsync(context) : SendAsync(context, "application/x-yaml", _yaml);

    public Task JsonAsync(HttpContext context) => SendAsync(context, ProblemWriter.Json, _json);

    private static byte[] Serialize(OpenApiDocument document, Func<TextWriter, IOpenApiWriter> open)
    {
        using var text = new StringWriter { NewLine = "\n" };
        document.SerializeAsV3(open(text));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static bool PrefersJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals(ProblemWriter.Json, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);

    private static async Task SendAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.Headers.ContentType = contentType;
        response.Headers.CacheControl = HeaderValues.NoStore;
        response.Headers.Vary = HeaderNames.Accept;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
