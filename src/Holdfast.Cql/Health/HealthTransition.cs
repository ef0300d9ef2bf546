namespace Holdfast.Cql.Health;

/// <summary>One coordinator's change of state, or one that the guard held back.</summary>
/// <param name="Coordinator">Whose.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after; for a withheld one the state it would have got.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What it rests on; null where the reason says all.</param>
/// <param name="At">When, on the monotonic clock of the caller.</param>
/// <param name="Withheld">True when the guard kept the coordinator in service, see <see cref="EjectionGuard"/>.</param>
public readonly record struct HealthTransition(
    HostId Coordinator,
    CoordinatorState From,
    CoordinatorState To,
    TransitionReason Reason,
    Evidence? Evidence,
    TimeSpan At,
    bool Withheld);
