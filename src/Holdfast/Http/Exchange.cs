using Holdfast.Sessions;

namespace Holdfast.Http;

/// <summary>One request on its way: its context, its decoded target, where the key starts in it, and when it began.</summary>
internal readonly struct Exchange(HttpContext context, RequestTarget target, int keyStart, long startedAt)
{
    public HttpContext Context { get; } = context;

    public RequestTarget Target { get; } = target;

    public long StartedAt { get; } = startedAt;

    public ReadOnlySpan<byte> KeyBytes => Target.Path.Span[keyStart..];

    /// <summary>Cancelled when the client has gone, or is cut.</summary>
    public CancellationToken ClientGone => Context.RequestAborted;

    public SessionKey Key => new(Target.Path[keyStart..]);
}
