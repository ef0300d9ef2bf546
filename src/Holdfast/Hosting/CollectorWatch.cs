using Holdfast.Telemetry;

namespace Holdfast.Hosting;

/// <summary>
/// Sees every export of one signal, to say once that the collector does not take it, and once that it does again. Cuts what is under
/// way when the service has left.
/// </summary>
internal sealed class CollectorWatch(
    HttpMessageHandler inner, string signal, Uri collector, Lazy<ILogger> logger, CancellationToken leaving)
    : DelegatingHandler(inner)
{
    private int _isFailing;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, leaving);
        try
        {
            return Note(base.Send(request, cut.Token));
        }
        catch (Exception failure) when (Note(failure))
        {
            throw; // Never: the filter says no.
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, leaving);
        try
        {
            return Note(await base.SendAsync(request, cut.Token));
        }
        catch (Exception failure) when (Note(failure))
        {
            throw; // Never: the filter says no.
        }
    }

    private HttpResponseMessage Note(HttpResponseMessage response)
    {
        // gRPC refuses with 200 and a status of its own.
        var status = response.Headers.TryGetValues("grpc-status", out var values) ? values.FirstOrDefault() : null;
        if (response.IsSuccessStatusCode && status is null or "0")
        {
            Reached();
        }
        else
        {
            Failed(status is null ? $"HTTP {(int)response.StatusCode}" : $"gRPC status {status}");
        }

        return response;
    }

    private bool Note(Exception failure)
    {
        Failed(failure is HttpRequestException { HttpRequestError: var error } ? error.ToString() : failure.GetType().Name);
        return false;
    }

    private void Failed(string reason)
    {
        if (Interlocked.Exchange(ref _isFailing, 1) == 0)
        {
            logger.Value.CollectorFails(signal, collector.AbsoluteUri, reason);
        }
    }

    private void Reached()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) == 1)
        {
            logger.Value.CollectorReached(signal, collector.AbsoluteUri);
        }
    }
}
