using Holdfast.Cql.Health;

namespace Holdfast.Cql.Coordinators;

/// <summary>Who is told what happens to coordinators. Called under the core's lock.</summary>
internal interface ICoordinatorListener
{
    /// <summary>Health changed its verdict, or would have.</summary>
    void Moved(Coordinator? coordinator, in HealthTransition transition);

    /// <summary>A connection to it could not be made, or ended; again, when it was so for the same reason the last time.</summary>
    void Troubled(Coordinator coordinator, string reason, bool again);

    /// <summary>A probe, or anything else outside a request, succeeded for a range through this coordinator.</summary>
    void RangeServed(ReplicaSetId set, ConsistencyLevel level, Coordinator by);

    /// <summary>A round of probes ended.</summary>
    void Probed(Coordinator coordinator, bool passed, TimeSpan latency);

    /// <summary>Another host than expected answers at an address.</summary>
    void Displaced(Coordinator coordinator, HostId answeredBy);

    /// <summary>The ring changed: replica sets have new numbers.</summary>
    void RingChanged();
}
