namespace Holdfast.Insight.Workload;

/// <summary>What came of a request. Every request that the store answered is of one kind.</summary>
internal enum RequestKind
{
    /// <summary>A read that found its value.</summary>
    Hit,

    /// <summary>A read that found nothing.</summary>
    Miss,

    /// <summary>A write of a key that is not known to have been there.</summary>
    Write,

    /// <summary>A write of a key that was there with another value.</summary>
    Overwrite,

    /// <summary>A write of a key that was there with this value.</summary>
    SameValue,

    /// <summary>A delete.</summary>
    Delete,
}
