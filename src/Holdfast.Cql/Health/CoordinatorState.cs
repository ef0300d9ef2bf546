namespace Holdfast.Cql.Health;

/// <summary>What a coordinator is used for.</summary>
public enum CoordinatorState
{
    /// <summary>Not connected. No traffic; the connection is tried again with backoff.</summary>
    Down,

    /// <summary>Connecting: TCP, TLS, STARTUP, AUTHENTICATE, PREPARE.</summary>
    Connecting,

    /// <summary>Connected and not proven: probes, and live requests only as the last resort.</summary>
    Probation,

    /// <summary>Proven: takes its share of the traffic.</summary>
    Up,

    /// <summary>At fault while others serve: probes only, connections kept.</summary>
    Ejected,

    /// <summary>Taken out by an operator: nothing new, what is in flight finishes.</summary>
    Draining,
}
