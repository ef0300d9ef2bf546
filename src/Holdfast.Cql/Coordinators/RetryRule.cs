namespace Holdfast.Cql.Coordinators;

/// <summary>What may follow a failed attempt.</summary>
internal enum RetryRule
{
    /// <summary>The answer is final: the request itself is wrong.</summary>
    Never,

    /// <summary>Nothing was sent to a replica: other coordinators at once, three at most.</summary>
    ElsewhereAtOnce,

    /// <summary>Another coordinator while one more attempt fits the deadline.</summary>
    ElsewhereInTime,
}
