namespace Holdfast.Configuration;

/// <summary>The section <c>canary</c>.</summary>
public sealed class CanaryOptions
{
    /// <summary><c>interval</c>: from one canary through a coordinator to the next; zero for none.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);
}
