namespace Holdfast.Lab.Storage;

/// <summary>One column's value in one row, or the mark that it was deleted.</summary>
/// <param name="Column">The column's id within its table.</param>
/// <param name="Timestamp">When it was written, in microseconds, as the writer says.</param>
/// <param name="TimeToLive">Seconds; zero for a value without end and for a tombstone.</param>
/// <param name="LocalDeletionTime">
/// The second in which it expires or was deleted; <see cref="NeverDeleted"/> for a value without end.
/// </param>
/// <param name="Value">The value; empty for a tombstone. Not to be changed.</param>
internal readonly record struct Cell(int Column, long Timestamp, int TimeToLive, long LocalDeletionTime, byte[] Value)
{
    public const long NeverDeleted = long.MaxValue;

    public static Cell Live(int column, long timestamp, byte[] value) => new(column, timestamp, 0, NeverDeleted, value);

    public static Cell Expiring(int column, long timestamp, int timeToLive, long nowSeconds, byte[] value) =>
        new(column, timestamp, timeToLive, nowSeconds + timeToLive, value);

    public static Cell Tombstone(int column, long timestamp, long nowSeconds) =>
        new(column, timestamp, 0, nowSeconds, []);

    public bool IsExpiring => TimeToLive != 0;

    public bool IsTombstone => TimeToLive == 0 && LocalDeletionTime != NeverDeleted;

    public bool IsLive(long nowSeconds) =>
        LocalDeletionTime == NeverDeleted || (TimeToLive != 0 && nowSeconds < LocalDeletionTime);

    public bool Equals(Cell other) =>
        Column == other.Column
        && Timestamp == other.Timestamp
        && TimeToLive == other.TimeToLive
        && LocalDeletionTime == other.LocalDeletionTime
        && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Column, Timestamp, TimeToLive, LocalDeletionTime, Value.Length);
}
