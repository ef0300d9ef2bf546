namespace Holdfast.Lab.Storage;

/// <summary>That a row or a partition was deleted: everything in it up to a timestamp is gone.</summary>
/// <param name="Timestamp">Everything written at or before it is deleted.</param>
/// <param name="LocalDeletionTime">The second in which it was deleted, for when it may be forgotten.</param>
internal readonly record struct Deletion(long Timestamp, long LocalDeletionTime)
{
    public static readonly Deletion None = new(long.MinValue, Cell.NeverDeleted);

    public bool IsNone => Timestamp == long.MinValue;

    public bool Deletes(in Cell cell) => cell.Timestamp <= Timestamp;

    public bool Deletes(in Liveness liveness) => liveness.Timestamp <= Timestamp;

    public bool Supersedes(in Deletion other) =>
        Timestamp > other.Timestamp || (Timestamp == other.Timestamp && LocalDeletionTime > other.LocalDeletionTime);
}
