namespace Holdfast.Insight.Loss;

/// <summary>What a sentinel's read gave.</summary>
internal enum SentinelAnswer
{
    /// <summary>It is there.</summary>
    Found,

    /// <summary>A read like a request's did not find it, and a stronger one did.</summary>
    FoundAtLast,

    /// <summary>It is not there, and a stronger read did not find it either.</summary>
    Missing,

    /// <summary>A read like a request's did not find it, and a stronger one was not answered.</summary>
    MissingOnce,

    /// <summary>Nobody could say. That is not a loss.</summary>
    Unanswered,
}
