namespace Holdfast.Sessions;

/// <summary>How an operation on a session store ended.</summary>
public enum StoreStatus
{
    /// <summary>Done: the value was read, or the write is durable.</summary>
    Ok,

    /// <summary>There is no live entry under this key.</summary>
    NotFound,

    /// <summary>The storage cannot serve right now; the same request may succeed later.</summary>
    Unavailable,

    /// <summary>The storage has no room for more; reads and deletes may still work.</summary>
    OutOfSpace,

    /// <summary>This key is rewritten too often for a limit that is enforced; no store answers so by itself.</summary>
    OverQuota,
}
