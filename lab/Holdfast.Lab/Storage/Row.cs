namespace Holdfast.Lab.Storage;

/// <summary>One row, as one replica knows it or as one mutation changes it. Immutable; compared by value.</summary>
internal sealed class Row : IEquatable<Row>
{
    private readonly Cell[] cells;

    /// <param name="clustering">Its place in the partition, as CQL encodes it; empty without clustering columns.</param>
    /// <param name="liveness">That it was inserted.</param>
    /// <param name="deletion">That it was deleted.</param>
    /// <param name="cells">Its cells, ordered by column, one a column; handed over.</param>
    public Row(byte[] clustering, Liveness liveness, Deletion deletion, Cell[] cells)
    {
        Clustering = clustering;
        Liveness = liveness;
        Deletion = deletion;
        this.cells = cells;
    }

    public byte[] Clustering { get; }

    public Liveness Liveness { get; }

    public Deletion Deletion { get; }

    public ReadOnlySpan<Cell> Cells => cells;

    /// <summary>It says nothing at all.</summary>
    public bool IsEmpty => cells.Length == 0 && Liveness.IsNone && Deletion.IsNone;

    /// <summary>A reader sees it: it was inserted, or one of its cells lives.</summary>
    public bool IsLive(long nowSeconds)
    {
        if (Liveness.IsLive(nowSeconds))
        {
            return true;
        }

        foreach (ref readonly var cell in cells.AsSpan())
        {
            if (cell.IsLive(nowSeconds))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds a column's cell, dead or alive.</summary>
    public bool TryGetCell(int column, out Cell cell)
    {
        foreach (ref readonly var candidate in cells.AsSpan())
        {
            if (candidate.Column == column)
            {
                cell = candidate;
                return true;
            }
        }

        cell = default;
        return false;
    }

    public bool Equals(Row? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (Liveness == other.Liveness
                && Deletion == other.Deletion
                && Clustering.AsSpan().SequenceEqual(other.Clustering)
                && cells.AsSpan().SequenceEqual(other.cells)));

    public override bool Equals(object? obj) => Equals(obj as Row);

    public override int GetHashCode() => HashCode.Combine(Liveness, Deletion, cells.Length);
}
