namespace Holdfast.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Origin">Where.</param>
/// <param name="Key">The setting's or section's path; null when the problem is the document's own.</param>
/// <param name="Message">What is wrong and what to do; never a secret.</param>
internal sealed record ConfigurationProblem(Origin Origin, string? Key, string Message)
{
    /// <summary><c>FILE:LINE: key.path: message</c>.</summary>
    public override string ToString() => Key is null ? $"{Origin.Place}: {Message}" : $"{Origin.Place}: {Key}: {Message}";
}
