using System.Diagnostics;
using Holdfast.Configuration;
using Holdfast.Health;
using Holdfast.Sessions;
using Holdfast.Telemetry;

namespace Holdfast.Http;

/// <summary>
/// Kask's contract: what is under the base URI. Lives in this folder: the target and key, the three operations, the
/// problem documents, and the operators' endpoints beside them.
/// </summary>
/// <remarks>
/// The order of the checks is Kask's: query, number of segments, empty key, method. An operation that the store completes
/// at once completes the request at once, without a state machine.
/// </remarks>
internal sealed class SessionEndpoint
{
    private readonly SessionReads _reads;
    private readonly SessionWrites _writes;
    private readonly SessionOutcome _outcome;
    private readonly int _baseLength;
    private readonly int _maxKeyBytes;
    private readonly TimeProvider _time;
    private readonly ServiceState _state;
    private readonly RequestSpan _spans;
    private readonly RequestMetrics _metrics;

    public SessionEndpoint(
        HoldfastOptions options,
        ISessionStore store,
        TimeProvider time,
        RequestMetrics metrics,
        ILogger logger,
        ServiceState state)
    {
        _baseLength = System.Text.Encoding.UTF8.GetByteCount(options.Service.BaseUri);
        _maxKeyBytes = options.Limits.MaxKeyBytes;
        _time = time;
        _state = state;
        _metrics = metrics;
        _spans = new RequestSpan(options.Service.BaseUri);
        _outcome = new SessionOutcome(time, metrics, logger);
        StorePath path = new(store);
        _reads = new SessionReads(path, _outcome);
        _writes = new SessionWrites(options, path, time, _outcome);
    }

    /// <summary>Answers a request whose path starts with the base URI, and gives the target back.</summary>
    public Task HandleAsync(HttpContext context, RequestTarget target)
    {
        long now = _time.GetTimestamp();
        _metrics.Began(context.Request.Method);
        return RequestSpan.IsWanted
            ? TracedAsync(context, target, now)
            : HandleAsync(new Exchange(context, target, _baseLength, now));
    }

    private Task TracedAsync(HttpContext context, RequestTarget target, long now)
    {
        var request = context.Request;
        var before = Activity.Current;
        var span = _spans.Begin(request.Method, request.Scheme, TraceContext.Of(request.Headers));
        try
        {
            return HandleAsync(new Exchange(context, target, _baseLength, now, span));
        }
        finally
        {
            // What the request still awaits keeps it; the connection's next request shall not.
            Activity.Current = before;
        }
    }

    private Task HandleAsync(in Exchange exchange)
    {
        var context = exchange.Context;
        if (_state.IsDraining)
        {
            // Between two requests on one connection, the client is told to come back to another instance.
            context.Response.Headers.Connection = HeaderValues.Close;
        }

        if (IsFramedTwice(context.Request.Headers))
        {
            context.Response.Headers.Connection = HeaderValues.Close;
            return _outcome.Refuse(exchange, Problem.BadRequest);
        }

        if (Refusal(exchange) is { } problem)
        {
            return _outcome.Refuse(exchange, problem);
        }

        // Compared as they are: methods are case-sensitive, which HttpMethods.Is… are not.
        var method = context.Request.Method;
        if (method == HttpMethods.Get || method == HttpMethods.Head)
        {
            return _reads.GetAsync(exchange);
        }

        if (method == HttpMethods.Post)
        {
            return _writes.PostAsync(exchange);
        }

        if (method == HttpMethods.Delete)
        {
            return _writes.DeleteAsync(exchange);
        }

        if (method != HttpMethods.Put)
        {
            _outcome.UnsupportedMethod(exchange);
        }

        return _outcome.Refuse(exchange, Problem.BadRequest);
    }

    /// <summary>
    /// Both Transfer-Encoding and Content-Length, which Kestrel then calls X-Content-Length: whoever forwarded the request
    /// may have seen another end of it than we do, and what follows on the connection may be nobody's (RFC 9112, 6.1).
    /// </summary>
    private static bool IsFramedTwice(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0 && headers.ContainsKey("X-Content-Length");

    private Problem? Refusal(in Exchange exchange)
    {
        if (exchange.Target.IsMalformed || exchange.Target.HasQuery)
        {
            return Problem.BadRequest;
        }

        var key = exchange.KeyBytes;
        if (key.IsEmpty || key.Contains((byte)'/'))
        {
            return Problem.NotFound;
        }

        if (key.Length <= _maxKeyBytes)
        {
            return null;
        }

        _outcome.LimitHit("max_key_bytes");
        return Problem.BadRequest;
    }
}
