namespace Holdfast.Lab.Storage;

/// <summary>
/// That a row was inserted, and until when: an INSERT leaves it, an UPDATE does not. A row whose cells are all gone is still
/// there while this lives.
/// </summary>
internal readonly record struct Liveness(long Timestamp, int TimeToLive, long LocalExpirationTime)
{
    public static readonly Liveness None = new(long.MinValue, 0, Cell.NeverDeleted);

    public static Liveness Live(long timestamp) => new(timestamp, 0, Cell.NeverDeleted);

    public static Liveness Expiring(long timestamp, int timeToLive, long nowSeconds) =>
        new(timestamp, timeToLive, nowSeconds + timeToLive);

    public bool IsNone => Timestamp == long.MinValue;

    public bool IsLive(long nowSeconds) => !IsNone && (TimeToLive == 0 || nowSeconds < LocalExpirationTime);
}
