namespace Holdfast.Insight;

/// <summary>The meter that every metric of this assembly belongs to.</summary>
public static class InsightMeter
{
    /// <summary>The name to subscribe to.</summary>
    public const string Name = "Holdfast.Insight";
}
