using System.Diagnostics;
using Holdfast.Sessions;

namespace Holdfast.Http;

/// <summary>One request on its way: its context, its decoded target, where the key starts in it, when it began, and its span.</summary>
internal readonly struct Exchange(HttpContext context, RequestTarget target, int keyStart, long startedAt, Activity? span = null)
{
    private static readonly Func<object, string> s_name = context => RequestIds.Of(((HttpContext)context).Request);

    public HttpContext Context { get; } = context;

    public RequestTarget Target { get; } = target;

    public long StartedAt { get; } = startedAt;

    /// <summary>Null unless somebody takes traces.</summary>
    public Activity? Span { get; } = span;

    public ReadOnlySpan<byte> KeyBytes => Target.Path.Span[keyStart..];

    /// <summary>Cancelled when the client has gone, or is cut.</summary>
    public CancellationToken ClientGone => Context.RequestAborted;

    public SessionKey Key => new(Target.Path[keyStart..], new SessionAsker(Context, s_name));
}
