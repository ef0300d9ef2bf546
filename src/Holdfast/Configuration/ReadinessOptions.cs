namespace Holdfast.Configuration;

/// <summary>The section <c>readiness</c>.</summary>
public sealed class ReadinessOptions
{
    /// <summary><c>require_backend</c>: also unready while the storage cannot serve, not only until it first has.</summary>
    public bool RequireBackend { get; set; }
}
