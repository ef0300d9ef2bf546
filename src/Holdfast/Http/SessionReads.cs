using Holdfast.Sessions;
using Holdfast.Telemetry;

namespace Holdfast.Http;

/// <summary>GET and HEAD.</summary>
internal sealed class SessionReads(ISessionStore store, SessionOutcome outcome)
{
    public Task GetAsync(in Exchange exchange)
    {
        ValueTask<ReadResult> reading;
        try
        {
            reading = store.GetAsync(exchange.Key, exchange.ClientGone);
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Read))
        {
            return Task.CompletedTask;
        }

        return reading.IsCompletedSuccessfully ? Answer(exchange, reading.Result) : AwaitedAsync(exchange, reading);
    }

    private async Task AwaitedAsync(Exchange exchange, ValueTask<ReadResult> reading)
    {
        ReadResult result;
        try
        {
            result = await reading;
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
