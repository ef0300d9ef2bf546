using Holdfast.Cql.Health;

namespace Holdfast.Cql.Coordinators;

/// <summary>How one attempt ended, as the retry table sees it.</summary>
internal enum AttemptResult
{
    Success,
    Unavailable,
    IsBootstrapping,
    Overloaded,
    ServerError,
    ConnectionLost,
    NoStreamId,
    AttemptTimeout,
    ReadTimeout,
    WriteTimeout,
    ReadFailure,
    WriteFailure,

    /// <summary>Syntax, schema, configuration: no other coordinator would say otherwise.</summary>
    Refused,

    /// <summary>
    /// Not allowed, as this coordinator sees it: one that cannot reach those who keep the permissions says so of everybody.
    /// </summary>
    Unauthorized,
}

/// <summary>The retry table, as data.</summary>
internal static class AttemptResults
{
    /// <summary>What may follow. Every operation is idempotent, since it carries its own timestamp.</summary>
    public static RetryRule Rule(this AttemptResult result) => result switch
    {
        AttemptResult.Success or AttemptResult.Refused => RetryRule.Never,
        AttemptResult.Unavailable or AttemptResult.IsBootstrapping => RetryRule.ElsewhereAtOnce,
        _ => RetryRule.ElsewhereInTime,
    };

    /// <summary>Which safeguard its row of the table is; none where nothing follows.</summary>
    public static Safeguards Safeguard(this AttemptResult result) => result switch
    {
        AttemptResult.Unavailable => Safeguards.RetryUnavailable,
        AttemptResult.IsBootstrapping => Safeguards.RetryBootstrapping,
        AttemptResult.Overloaded => Safeguards.RetryOverloaded,
        AttemptResult.ServerError => Safeguards.RetryServerError,
        AttemptResult.ConnectionLost => Safeguards.RetryConnectionLost,
        AttemptResult.AttemptTimeout => Safeguards.RetryAttemptTimeout,
        AttemptResult.ReadTimeout => Safeguards.RetryReadTimeout,
        AttemptResult.WriteTimeout => Safeguards.RetryWriteTimeout,
        AttemptResult.ReadFailure => Safeguards.RetryReadFailure,
        AttemptResult.WriteFailure => Safeguards.RetryWriteFailure,
        _ => Safeguards.None,
    };

    /// <summary>What health is told.</summary>
    public static FailureKind ToFailureKind(this AttemptResult result) => result switch
    {
        AttemptResult.Unavailable => FailureKind.Unavailable,
        AttemptResult.IsBootstrapping => FailureKind.IsBootstrapping,
        AttemptResult.Overloaded => FailureKind.Overloaded,
        AttemptResult.ServerError => FailureKind.ServerError,
        AttemptResult.ConnectionLost => FailureKind.ConnectionLost,
        AttemptResult.NoStreamId => FailureKind.NoStreamId,
        AttemptResult.AttemptTimeout => FailureKind.AttemptTimeout,
        _ => FailureKind.Replicas,
    };
}
