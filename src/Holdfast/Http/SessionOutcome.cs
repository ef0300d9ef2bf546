using Holdfast.Sessions;
using Holdfast.Telemetry;

namespace Holdfast.Http;

/// <summary>
/// How a request on a session ends: the one place that answers failures, counts, logs, and gives the target back. Every
/// path through the endpoint ends here exactly once.
/// </summary>
internal sealed class SessionOutcome(TimeProvider time, RequestMetrics metrics, ILogger logger)
{
    /// <summary>The response is written; count it.</summary>
    public Task Done(in Exchange exchange)
    {
        Finish(exchange, exchange.Context.Response.StatusCode);
        return Task.CompletedTask;
    }

    public Task Refuse(in Exchange exchange, Problem problem)
    {
        ProblemWriter.Write(exchange.Context, problem, exchange.Target.Path.Span);
        Finish(exchange, problem.Status);
        return Task.CompletedTask;
    }

    /// <summary>The storage said that it cannot; Kask's log line, and a problem that names whose turn it is.</summary>
    public Task StorageFailed(in Exchange exchange, StoreStatus status, string? reason, StoreOperation operation)
    {
        var requestId = RequestIds.Of(exchange.Context.Request);
        reason ??= status.ToString();
        switch (operation)
        {
            case StoreOperation.Read: logger.StorageReadFailed(reason, requestId); break;
            case StoreOperation.Write: logger.StorageWriteFailed(reason, requestId); break;
            default: logger.StorageDeleteFailed(reason, requestId); break;
        }

        metrics.StorageFailed(operation, status);
        return Refuse(exchange, status == StoreStatus.OutOfSpace ? Problem.OutOfSpace : Problem.Unavailable);
    }

    /// <summary>
    /// The store threw: our fault, answered 500, or the client's going away. Always true, so that it can be an exception
    /// filter and what it logs still has the stack.
    /// </summary>
    public bool Fail(in Exchange exchange, Exception exception, StoreOperation operation)
    {
        if (exception is OperationCanceledException && exchange.ClientGone.IsCancellationRequested)
        {
            return GoneAway(exchange);
        }

        logger.StoreFault(exception, operation, RequestIds.Of(exchange.Context.Request));
        metrics.StoreFaulted(operation);
        if (exchange.Context.Response.HasStarted)
        {
            // Too late to say so: the client must at least not take what it got for the whole.
            Finish(exchange, Problem.ServerError.Status);
            exchange.Context.Abort();
            return true;
        }

        _ = Refuse(exchange, Problem.ServerError);
        return true;
    }

    /// <summary>
    /// The body did not arrive: nothing is stored. True when the client has gone away. False when Kestrel has given the
    /// request up (a lying length, a broken chunk, a body too slow or far too long): it answers and closes the connection
    /// itself, which it can only when it gets its exception back.
    /// </summary>
    public bool BodyFailed(in Exchange exchange, Exception exception)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return exception is IOException or OperationCanceledException && GoneAway(exchange);
        }

        if (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            LimitHit("max_value_bytes");
        }

        logger.BodyUnreadable(bad.StatusCode, RequestIds.Of(exchange.Context.Request));
        Finish(exchange, bad.StatusCode);
        return false;
    }

    public void EmptyBody(in Exchange exchange) => logger.EmptyBody(RequestIds.Of(exchange.Context.Request));

    public void UnsupportedMethod(in Exchange exchange) => logger.UnsupportedMethod(
        RequestMetrics.MethodLabel(exchange.Context.Request.Method), RequestIds.Of(exchange.Context.Request));

    public void LimitHit(string limit) => metrics.LimitHit(limit);

    private bool GoneAway(in Exchange exchange)
    {
        Finish(exchange, RequestMetrics.ClientGone);
        exchange.Context.Abort();
        return true;
    }

    private void Finish(in Exchange exchange, int status)
    {
        metrics.Record(exchange.Context.Request.Method, status, time.GetElapsedTime(exchange.StartedAt));
        if (exchange.Span is { } span)
        {
            RequestSpan.End(span, status);
        }

        exchange.Target.Return();
    }
}
