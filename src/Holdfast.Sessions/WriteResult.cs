namespace Holdfast.Sessions;

/// <summary>How a write or a delete ended.</summary>
public readonly struct WriteResult
{
    private WriteResult(StoreStatus status, string? reason)
    {
        Status = status;
        Reason = reason;
    }

    /// <summary>How the write ended; never <see cref="StoreStatus.NotFound"/>.</summary>
    public StoreStatus Status { get; }

    /// <summary>For a person: why the storage could not serve. Never holds a key or a value. Null when it could.</summary>
    public string? Reason { get; }

    /// <summary>Done, and as durable as the store promises.</summary>
    public static WriteResult Ok => default;

    /// <summary>The storage cannot serve right now.</summary>
    public static WriteResult Unavailable(string reason) => new(StoreStatus.Unavailable, reason);

    /// <summary>The key is rewritten too often for a limit that is enforced.</summary>
    public static WriteResult OverQuota(string reason) => new(StoreStatus.OverQuota, reason);

    /// <summary>The storage has no room for more.</summary>
    public static WriteResult OutOfSpace(string reason) => new(StoreStatus.OutOfSpace, reason);
}
