using Holdfast.Embedded;
using Holdfast.Sessions;
using Holdfast.Telemetry;

namespace Holdfast.Health;

/// <summary>
/// Asks the storage until it first answers, and keeps asking for the metric's sake. A later failure does not make the
/// service unready unless the configuration says so: a full disk must not take the reads away.
/// </summary>
/// <param name="state">The service's phase, which the first answer ends.</param>
/// <param name="store">Null while it is being opened.</param>
/// <param name="requireBackend">Whether a storage that fails later makes the service unready.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of changes.</param>
internal sealed class Readiness(
    ServiceState state, ISessionStore? store, bool requireBackend, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_untilReady = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_onceReady = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private volatile bool _storageReady;
    private volatile string? _reason = store is null ? "the store is being opened" : null;

    /// <summary>Whether the storage answered when it was last asked.</summary>
    public bool IsStorageReady => _storageReady;

    /// <summary>Why the storage cannot serve, as it said when it was last asked; null when it can. For operators: it names hosts.</summary>
    public string? Reason => _storageReady ? null : _reason;

    /// <summary>What /readyz says now.</summary>
    public async ValueTask<(bool Ready, string Status)> CheckAsync(CancellationToken cancellationToken)
    {
        switch (state.Phase)
        {
            case ServicePhase.Draining:
                return (false, "draining");
            case ServicePhase.Starting:
                return (false, "starting");
            default:
                return requireBackend && !await AskAsync(cancellationToken) ? (false, "storage unavailable") : (true, "ready");
        }
    }

    /// <summary>Runs until the service stops.</summary>
    public async Task WatchAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var was = _storageReady;
            await AskAsync(stopping);
            var starting = state.Phase == ServicePhase.Starting;
            if (starting && (_storageReady || AnswersReads))
            {
                state.StorageAnswered();
                logger.Ready();
            }

            if (!_storageReady && (was || (starting && state.Phase == ServicePhase.Ready)))
            {
                logger.StorageNotReady(_reason ?? "it did not say why");
            }
            else if (!was && _storageReady && !starting)
            {
                logger.StorageReadyAgain();
            }

            await Task.Delay(state.Phase == ServicePhase.Starting ? s_untilReady : s_onceReady, time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// True for a store that takes no values but answers reads, as on a full disk: after a restart there, waiting for room
    /// would log everybody out.
    /// </summary>
    private bool AnswersReads => store is EmbeddedSessionStore { AnswersReads: true };

    private async ValueTask<bool> AskAsync(CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return false;
        }

        using var patience = new CancellationTokenSource(s_patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var answer = await store.CheckReadinessAsync(linked.Token);
            _reason = answer.Reason;
            _storageReady = answer.IsReady;
        }
        catch (OperationCanceledException)
        {
            _reason = $"it did not answer within {s_patience.TotalSeconds:0} s";
            _storageReady = false;
        }
        catch (Exception fault) // A fault of the store's: it has not answered, and must be asked again. The kind alone: a message may hold a key.
        {
            _reason = $"asking it failed with {fault.GetType().Name}";
            _storageReady = false;
        }

        return _storageReady;
    }
}
