using System.Buffers;
using Holdfast.Telemetry.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Http;

/// <summary>Sends a problem: as application/json like Kask, or as application/problem+json to those who ask for it.</summary>
internal static class ProblemWriter
{
    public const string Json = "application/json";
    public const string ProblemJson = "application/problem+json";

    /// <summary>Writes the whole response. The instance is the path as the client meant it, decoded, as Kask gives it.</summary>
    public static void Write(HttpContext context, Problem problem, ReadOnlySpan<byte> instance)
    {
        var response = context.Response;
        var headers = response.Headers;
        response.StatusCode = problem.Status;
        headers.ContentType = AsksForProblemJson(context.Request.Headers.Accept) ? HeaderValues.ProblemJson : HeaderValues.Json;
        headers.XContentTypeOptions = HeaderValues.NoSniff;
        headers.CacheControl = HeaderValues.NoStore;
        if (problem.IsForAWhile)
        {
            headers.RetryAfter = HeaderValues.RetryAfterOneSecond;
        }

        if (JsonText.IsPlain(instance))
        {
            WriteBody(response, problem, instance);
            return;
        }

        var escaped = new ArrayBufferWriter<byte>(instance.Length * 2);
        JsonText.WriteEscaped(instance, escaped);
        WriteBody(response, problem, escaped.WrittenSpan);
    }

    private static void WriteBody(HttpResponse response, Problem problem, ReadOnlySpan<byte> instance)
    {
        var head = problem.Head.Span;
        var length = head.Length + instance.Length + Problem.Tail.Length;
        response.ContentLength = length;
        if (response.HttpContext.Request.Method == HttpMethods.Head)
        {
            return;
        }

        ResponseStart.Begin(response);
        var writer = response.BodyWriter;
        var body = writer.GetSpan(length);
        head.CopyTo(body);
        instance.CopyTo(body[head.Length..]);
        Problem.Tail.CopyTo(body[(head.Length + instance.Length)..]);
        writer.Advance(length);
    }

    private static bool AsksForProblemJson(StringValues accept)
    {
        for (var i = 0; i < accept.Count; i++)
        {
            // Only who names the type gets here; what they say of it (q=0 refuses) is then read properly.
            if (accept[i] is { } text
                && text.Contains(ProblemJson, StringComparison.OrdinalIgnoreCase)
                && MediaTypeHeaderValue.TryParseList([text], out var types)
                && types.Any(type => type.MediaType.Equals(ProblemJson, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0))
            {
                return true;
            }
        }

        return false;
    }
}
