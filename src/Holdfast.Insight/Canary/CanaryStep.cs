namespace Holdfast.Insight.Canary;

/// <summary>Where a canary failed.</summary>
internal enum CanaryStep
{
    /// <summary>Nowhere: it succeeded.</summary>
    None,

    /// <summary>The entry could not be written.</summary>
    Write,

    /// <summary>It could not be read back.</summary>
    Read,

    /// <summary>It was not there, or not what was written.</summary>
    Compare,

    /// <summary>It could not be deleted.</summary>
    Delete,
}
