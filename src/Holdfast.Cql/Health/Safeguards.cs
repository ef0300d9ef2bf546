namespace Holdfast.Cql.Health;

/// <summary>
/// What stands between a sick cluster and a user, one flag each. A test that switches one off must see a user hurt: a safeguard without
/// which nothing happens is either not tested or not needed.
/// </summary>
[Flags]
internal enum Safeguards
{
    None = 0,

    // The ejection triggers.
    ContradictedUnavailables = 1 << 0,
    ContradictedTimeouts = 1 << 1,
    Bootstrapping = 1 << 2,
    AttributableFailures = 1 << 3,
    ContradictedShare = 1 << 4,
    ContradictedProbes = 1 << 5,

    // The way back.
    Probation = 1 << 6,
    Guard = 1 << 7,
    LastResort = 1 << 8,

    // The retry table.
    RetryUnavailable = 1 << 9,
    RetryBootstrapping = 1 << 10,
    RetryOverloaded = 1 << 11,
    RetryServerError = 1 << 12,
    RetryConnectionLost = 1 << 13,
    RetryAttemptTimeout = 1 << 14,
    RetryReadTimeout = 1 << 15,
    RetryWriteTimeout = 1 << 16,
    RetryReadFailure = 1 << 17,
    RetryWriteFailure = 1 << 18,
    PrepareAgain = 1 << 19,

    // Time.
    Hedging = 1 << 20,
    Waiting = 1 << 21,
    ReconnectInNeed = 1 << 22,
    Heartbeats = 1 << 23,

    // The right answer.
    OrphanedStreams = 1 << 24,
    ClockCorrection = 1 << 25,
    SecondOpinion = 1 << 26,
}
