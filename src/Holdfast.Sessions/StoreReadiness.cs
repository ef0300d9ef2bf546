namespace Holdfast.Sessions;

/// <summary>Whether a store can serve right now, in the storage's own words.</summary>
/// <param name="IsReady">True when the storage has just answered.</param>
/// <param name="Reason">For a person: why it cannot. Null when it can.</param>
public readonly record struct StoreReadiness(bool IsReady, string? Reason)
{
    /// <summary>The storage has just answered.</summary>
    public static StoreReadiness Ready => new(true, null);

    /// <summary>The storage cannot serve.</summary>
    public static StoreReadiness NotReady(string reason) => new(false, reason);
}
