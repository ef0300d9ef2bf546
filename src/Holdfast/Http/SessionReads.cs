using Holdfast.Sessions;
using Holdfast.Telemetry;

namespace Holdfast.Http;

/// <summary>GET and HEAD.</summary>
internal sealed class SessionReads(StorePath path, SessionOutcome outcome)
{
    public Task GetAsync(in Exchange exchange)
    {
        ReadResult result;
        try
        {
            var key = exchange.Key;
            var gone = exchange.ClientGone;
            var getting = path.GetAsync(key, gone);
            if (!getting.IsCompletedSuccessfully)
            {
                return FoundAsync(exchange, getting, gone);
            }

            var finding = path.FoundAsync(key, getting.Result, exchange.StartedAt, gone);
            if (!finding.IsCompletedSuccessfully)
            {
                return AnswerAsync(exchange, finding);
            }

            result = finding.Result;
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Read))
        {
            return Task.CompletedTask;
        }

        return Answer(exchange, result);
    }

    private async Task FoundAsync(Exchange exchange, ValueTask<ReadResult> getting, CancellationToken gone)
    {
        ReadResult result;
        try
        {
            result = await path.FoundAsync(exchange.Key, await getting, exchange.StartedAt, gone);
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Read))
        {
            return;
        }

        await Answer(exchange, result);
    }

    private async Task AnswerAsync(Exchange exchange, ValueTask<ReadResult> finding)
    {
        ReadResult result;
        try
        {
            result = await finding;
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Read))
        {
            return;
        }

        await Answer(exchange, result);
    }

    private Task Answer(in Exchange exchange, in ReadResult result)
    {
        if (result.Lease is not { } lease)
        {
            return result.Status == StoreStatus.NotFound
                ? outcome.Refuse(exchange, Problem.NotFound)
                : outcome.StorageFailed(exchange, result.Status, result.Reason, StoreOperation.Read);
        }

        var response = exchange.Context.Response;
        var headers = response.Headers;
        headers.ContentType = HeaderValues.OctetStream;
        headers.CacheControl = HeaderValues.NoStore;
        headers[HeaderValues.Ttl] = TtlHeader.Format(lease.TtlSecondsLeft);
        response.ContentLength = lease.Length;
        if (exchange.Context.Request.Method == HttpMethods.Head)
        {
            lease.Dispose();
            return outcome.Done(exchange);
        }

        ResponseStart.Begin(response);
        return Copy(exchange, lease);
    }

    private Task Copy(in Exchange exchange, SessionLease lease)
    {
        try
        {
            lease.CopyTo(exchange.Context.Response.BodyWriter);
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Read))
        {
            return Task.CompletedTask;
        }
        finally
        {
            lease.Dispose();
        }

        return outcome.Done(exchange);
    }
}
