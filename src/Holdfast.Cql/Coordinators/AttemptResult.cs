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

    /// <summary>Syntax, authorization, configuration: no other coordinator would say otherwise.</summary>
    Refused,
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
