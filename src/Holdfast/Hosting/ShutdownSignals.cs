using System.Runtime.InteropServices;

namespace Holdfast.Hosting;

/// <summary>
/// SIGTERM and SIGINT, taken from the runtime, which would stop accepting at once: the first says leave, a second says
/// leave now.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _hurry = new();
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    public ShutdownSignals()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, drain: true));
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, drain: false));
    }

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <summary>Waits for the first signal. True when there is time to drain: somebody at a terminal will not wait.</summary>
    public async Task<bool> FirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _first.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _hurry.Dispose();
    }

    private void Take(PosixSignalContext context, bool drain)
    {
        context.Cancel = true;
        if (!_first.TrySetResult(drain))
        {
            _hurry.Cancel();
        }
    }
}
