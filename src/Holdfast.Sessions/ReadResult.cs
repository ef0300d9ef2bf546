namespace Holdfast.Sessions;

/// <summary>What a read gave: a lease on the value, or why there is none.</summary>
public readonly struct ReadResult
{
    private ReadResult(StoreStatus status, SessionLease? lease, string? reason)
    {
        Status = status;
        Lease = lease;
        Reason = reason;
    }

    /// <summary>How the read ended.</summary>
    public StoreStatus Status { get; }

    /// <summary>The value, present exactly when <see cref="Status"/> is <see cref="StoreStatus.Ok"/>; dispose of it.</summary>
    public SessionLease? Lease { get; }

    /// <summary>For a person: why the storage could not serve. Never holds a key or a value. Null when it could.</summary>
    public string? Reason { get; }

    /// <summary>There is no live entry under the key.</summary>
    public static ReadResult NotFound => new(StoreStatus.NotFound, null, null);

    /// <summary>The value was found.</summary>
    public static ReadResult Found(SessionLease lease) => new(StoreStatus.Ok, lease, null);

    /// <summary>The storage cannot serve right now.</summary>
    public static ReadResult Unavailable(string reason) => new(StoreStatus.Unavailable, null, reason);
}
