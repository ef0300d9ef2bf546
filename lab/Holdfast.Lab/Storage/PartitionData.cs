namespace Holdfast.Lab.Storage;

/// <summary>
/// This folder: what one replica keeps. A partition's content is one immutable value, whether it is what a replica holds,
/// what a mutation changes, what a read answers or what a repair brings: all four are merged by <see cref="Reconciler"/>.
/// <see cref="ReplicaStore"/> keeps them and models what a commit log would have saved.
/// </summary>
internal sealed class PartitionData : IEquatable<PartitionData>
{
    private readonly Row[] rows;
    private ulong digest;

    /// <param name="key">Which partition.</param>
    /// <param name="deletion">That all of it was deleted.</param>
    /// <param name="rows">Its rows, ordered by the bytes of their clustering; handed over.</param>
    public PartitionData(PartitionKey key, Deletion deletion, Row[] rows)
    {
        Key = key;
        Deletion = deletion;
        this.rows = rows;
    }

    public static PartitionData Empty(PartitionKey key) => new(key, Deletion.None, []);

    public PartitionKey Key { get; }

    public Deletion Deletion { get; }

    public ReadOnlySpan<Row> Rows => rows;

    /// <summary>It says nothing at all.</summary>
    public bool IsEmpty => rows.Length == 0 && Deletion.IsNone;

    /// <summary>Equal for equal content, and very probably for nothing else; computed once.</summary>
    public ulong Digest => digest != 0 ? digest : digest = PartitionDigest.Of(this);

    public bool Equals(PartitionData? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (Key == other.Key && Deletion == other.Deletion && rows.AsSpan().SequenceEqual(other.rows)));

    public override bool Equals(object? obj) => Equals(obj as PartitionData);

    public override int GetHashCode() => HashCode.Combine(Key, Deletion, rows.Length);
}
