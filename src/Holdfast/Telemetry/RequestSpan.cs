using System.Diagnostics;

namespace Holdfast.Telemetry;

/// <summary>
/// The SERVER span of a request on a session, by OpenTelemetry's conventions for HTTP. Its key is nowhere in it: the name has the
/// route, and the path is told as redacted.
/// </summary>
internal sealed class RequestSpan(string baseUri)
{
    public const string SourceName = "Holdfast";

    private const string OtherMethod = "_OTHER";

    private static readonly ActivitySource s_source = new(SourceName);

    private readonly string _route = $"{baseUri}{{key}}";
    private readonly string _path = $"{baseUri}REDACTED";

    /// <summary>False while nobody would take a span: then a request pays for this question alone.</summary>
    public static bool IsWanted => s_source.HasListeners();

    /// <summary>Begins the span and makes it current; null when nobody takes it.</summary>
    /// <param name="method">As the client sent it.</param>
    /// <param name="scheme">Of the connection.</param>
    /// <param name="parent">What the client said it belongs to; default for nothing.</param>
    public Activity? Begin(string method, string scheme, ActivityContext parent)
    {
        var label = RequestMetrics.MethodLabel(method);
        var verb = label == OtherMethod ? "HTTP" : label;
        var span = s_source.StartActivity($"{verb} {_route}", ActivityKind.Server, parent);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("http.request.method", label);
            span.SetTag("http.route", _route);
            span.SetTag("url.path", _path);
            span.SetTag("url.scheme", scheme);
            span.SetTag("network.protocol.version", "1.1");
        }

        return span;
    }

    public static void End(Activity span, int status)
    {
        if (span.IsAllDataRequested)
        {
            span.SetTag("http.response.status_code", status);
            if (status >= 500 || status == RequestMetrics.ClientGone)
            {
                span.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
                span.SetStatus(ActivityStatusCode.Error);
            }
        }

        span.Dispose();
    }
}
