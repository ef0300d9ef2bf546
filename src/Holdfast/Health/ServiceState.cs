namespace Holdfast.Health;

/// <summary>The service's phase: it only ever moves forward.</summary>
internal sealed class ServiceState
{
    private volatile ServicePhase _phase = ServicePhase.Starting;

    public ServicePhase Phase => _phase;

    public bool IsDraining => _phase == ServicePhase.Draining;

    /// <summary>The storage has answered; too late once the service is leaving.</summary>
    public void StorageAnswered() =>
        Interlocked.CompareExchange(ref _phase, ServicePhase.Ready, ServicePhase.Starting);

    /// <summary>The service was told to leave. True the first time.</summary>
    public bool BeginDraining() =>
        Interlocked.Exchange(ref _phase, ServicePhase.Draining) != ServicePhase.Draining;
}
