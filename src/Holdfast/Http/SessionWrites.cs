using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Configuration;
using Holdfast.Sessions;
using Holdfast.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Http;

/// <summary>
/// POST and DELETE. Once a write has wholly arrived it is carried out, even when its client has hung up meanwhile: a
/// logout must take effect. Writes are therefore not cancelled with their request.
/// </summary>
internal sealed class SessionWrites(HoldfastOptions options, StorePath path, TimeProvider time, SessionOutcome outcome)
{
    private readonly int _maxValueBytes = options.Limits.MaxValueBytes;
    private readonly SessionTtl _maxTtl = options.Limits.MaxTtl;
    private readonly SessionTtl _defaultTtl = options.Service.DefaultTtl;

    public async Task PostAsync(Exchange exchange)
    {
        var context = exchange.Context;
        var request = context.Request;
        var ttl = _defaultTtl;
        if (request.Headers.TryGetValue(HeaderValues.Ttl, out var asked) && !TtlHeader.TryParse(asked, _maxTtl, out ttl))
        {
            if (IsWholeSeconds(asked))
            {
                outcome.LimitHit("max_ttl"); // what is no number says nothing of the limit
            }

            await outcome.Refuse(exchange, Problem.BadRequest);
            return;
        }

        if (request.ContentLength > _maxValueBytes)
        {
            await RefuseTooLarge(exchange);
            return;
        }

        var body = request.BodyReader;
        ReadOnlySequence<byte> value;
        try
        {
            value = await ReadToEndAsync(body, _maxValueBytes, exchange.ClientGone);
        }
        catch (Exception exception) when (outcome.BodyFailed(exchange, exception))
        {
            return;
        }

        if (value.Length > _maxValueBytes)
        {
            body.AdvanceTo(value.End);
            await RefuseTooLarge(exchange);
            return;
        }

        if (value.IsEmpty)
        {
            body.AdvanceTo(value.End);
            outcome.EmptyBody(exchange);
            await outcome.Refuse(exchange, Problem.BadRequest);
            return;
        }

        WriteResult result;
        try
        {
            var began = time.GetTimestamp();
            result = await path.AdmitAsync(exchange.Key, value, began, CancellationToken.None);
            if (result.Status == StoreStatus.Ok)
            {
                try
                {
                    result = await path.SetAsync(exchange.Key, value, ttl, CancellationToken.None);
                }
                catch
                {
                    // Not in a finally, which would run after the filter below, that gives the key back.
                    path.Wrote(exchange.Key, value, ttl, began, acknowledged: false);
                    throw;
                }

                path.Wrote(exchange.Key, value, ttl, began, result.Status == StoreStatus.Ok);
            }
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Write))
        {
            return;
        }
        finally
        {
            body.AdvanceTo(value.End);
        }

        await Answer(exchange, result, StatusCodes.Status201Created, StoreOperation.Write);
    }

    public Task DeleteAsync(in Exchange exchange)
    {
        ValueTask<WriteResult> deleting;
        try
        {
            deleting = path.DeleteAsync(exchange.Key, CancellationToken.None);
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Delete))
        {
            return Task.CompletedTask;
        }

        return deleting.IsCompletedSuccessfully
            ? Answer(exchange, deleting.Result, StatusCodes.Status204NoContent, StoreOperation.Delete)
            : AwaitDeleteAsync(exchange, deleting);
    }

    private async Task AwaitDeleteAsync(Exchange exchange, ValueTask<WriteResult> deleting)
    {
        WriteResult result;
        try
        {
            result = await deleting;
        }
        catch (Exception exception) when (outcome.Fail(exchange, exception, StoreOperation.Delete))
        {
            return;
        }

        await Answer(exchange, result, StatusCodes.Status204NoContent, StoreOperation.Delete);
    }

    private Task Answer(in Exchange exchange, in WriteResult result, int status, StoreOperation operation)
    {
        if (result.Status == StoreStatus.OverQuota)
        {
            return outcome.Refuse(exchange, Problem.TooManyWrites);
        }

        if (result.Status != StoreStatus.Ok)
        {
            return outcome.StorageFailed(exchange, result.Status, result.Reason, operation);
        }

        var response = exchange.Context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = HeaderValues.NoStore;
        if (status == StatusCodes.Status201Created)
        {
            response.ContentLength = 0;
        }

        return outcome.Done(exchange);
    }

    /// <summary>Whether the request asks for a life at all: if it was refused all the same, then for being out of range.</summary>
    private static bool IsWholeSeconds(StringValues asked) => asked is [{ Length: > 0 } seconds] && seconds.All(char.IsAsciiDigit);

    private Task RefuseTooLarge(in Exchange exchange)
    {
        // Kestrel reads and drops what still comes, for five seconds at most, so that the answer is not lost to a reset;
        // the connection then ends.
        if (exchange.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        exchange.Context.Response.Headers.Connection = HeaderValues.Close;
        outcome.LimitHit("max_value_bytes");
        return outcome.Refuse(exchange, Problem.TooLarge);
    }

    /// <summary>The whole body, still in the connection's buffers: the caller advances past it when done with it.</summary>
    private static async ValueTask<ReadOnlySequence<byte>> ReadToEndAsync(
        PipeReader body, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.IsCanceled)
            {
                throw new OperationCanceledException(cancellationToken);
            }

            if (read.IsCompleted || read.Buffer.Length > maxBytes)
            {
                return read.Buffer;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
