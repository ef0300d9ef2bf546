using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Lab.Storage;

/// <summary>A fast, unkeyed 64-bit hash of a partition's content. Never zero, which means 'not computed yet'.</summary>
internal struct PartitionDigest
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private ulong state;

    public static ulong Of(PartitionData partition)
    {
        PartitionDigest digest = default;
        digest.Add(partition.Deletion);
        foreach (var row in partition.Rows)
        {
            digest.Add(row.Clustering);
            digest.Add(row.Liveness.Timestamp);
            digest.Add(row.Liveness.TimeToLive);
            digest.Add(row.Liveness.LocalExpirationTime);
            digest.Add(row.Deletion);
            foreach (ref readonly var cell in row.Cells)
            {
                digest.Add(cell.Column);
                digest.Add(cell.Timestamp);
                digest.Add(cell.TimeToLive);
                digest.Add(cell.LocalDeletionTime);
                digest.Add(cell.Value);
            }
        }

        return Math.Max(1, digest.state ^ (digest.state >> 32));
    }

    private void Add(Deletion deletion)
    {
        Add(deletion.Timestamp);
        Add(deletion.LocalDeletionTime);
    }

    private void Add(long number) => state = BitOperations.RotateLeft((state ^ (ulong)number) * Multiplier, 29);

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        while (bytes.Length >= sizeof(long))
        {
            Add(BinaryPrimitives.ReadInt64LittleEndian(bytes));
            bytes = bytes[sizeof(long)..];
        }

        Span<byte> rest = stackalloc byte[sizeof(long)];
        rest.Clear();
        bytes.CopyTo(rest);
        Add(BinaryPrimitives.ReadInt64LittleEndian(rest));
    }
}
