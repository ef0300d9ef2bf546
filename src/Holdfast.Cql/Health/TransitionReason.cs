namespace Holdfast.Cql.Health;

/// <summary>Why a coordinator changed its state: the value of the metric's and the log line's <c>reason</c>.</summary>
public enum TransitionReason
{
    /// <summary>A connection attempt began.</summary>
    Connecting,

    /// <summary>The connection is ready for requests.</summary>
    Connected,

    /// <summary>The connection attempt failed or took too long.</summary>
    ConnectFailed,

    /// <summary>The last connection was lost.</summary>
    ConnectionsLost,

    /// <summary>Enough probe rounds passed.</summary>
    Proven,

    /// <summary>Answered Unavailable to requests that another coordinator then served.</summary>
    ContradictedUnavailable,

    /// <summary>Ran into the attempt's timeout on requests that another coordinator then served.</summary>
    ContradictedTimeout,

    /// <summary>Said itself that it is bootstrapping.</summary>
    Bootstrapping,

    /// <summary>Several failures in a row that only the coordinator can be blamed for.</summary>
    AttributableFailures,

    /// <summary>A large share of its requests was contradicted while the others' was small.</summary>
    ContradictedShare,

    /// <summary>Failed probes whose keys passed through another coordinator.</summary>
    ProbeContradicted,

    /// <summary>One probe round passed after the shortest time out.</summary>
    ProbePassed,

    /// <summary>An operator asked for it.</summary>
    Operator,
}
