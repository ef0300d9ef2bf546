namespace Holdfast.Cql.Health;

/// <summary>How an attempt through a coordinator failed, as far as health is concerned.</summary>
public enum FailureKind
{
    /// <summary>0x1000: too few replicas alive in the coordinator's view; nothing was sent.</summary>
    Unavailable,

    /// <summary>No answer within the attempt's time.</summary>
    AttemptTimeout,

    /// <summary>0x1002: the coordinator has not joined the ring yet.</summary>
    IsBootstrapping,

    /// <summary>0x1001: the coordinator sheds load.</summary>
    Overloaded,

    /// <summary>0x0000: a fault inside the coordinator.</summary>
    ServerError,

    /// <summary>The connection died under the attempt.</summary>
    ConnectionLost,

    /// <summary>Every stream id of the coordinator's connections was taken.</summary>
    NoStreamId,

    /// <summary>0x1100, 0x1200, 0x1300, 0x1500: the replicas answered too late or with a failure.</summary>
    Replicas,
}
