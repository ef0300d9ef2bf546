using System.Buffers.Binary;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Values of key columns as one sequence of bytes, and back.</summary>
internal static class KeyEncoding
{
    private const int ComponentMax = ushort.MaxValue;

    /// <summary>One column is its own bytes; several are each a length, the bytes and a zero.</summary>
    public static PartitionKey Partition(TableMetadata table, byte[][] components)
    {
        byte[] bytes = table.PartitionKey.Length == 1 ? components[0] : Composite(components);
        if (bytes.Length == 0)
        {
            throw CqlException.Invalid("Key may not be empty");
        }

        return bytes.Length > ComponentMax
            ? throw CqlException.Invalid($"Key length of {bytes.Length} is longer than maximum of {ComponentMax}")
            : new PartitionKey(bytes, Murmur3Partitioner.Token(bytes));
    }

    public static byte[] Clustering(byte[][] components) => components.Length == 0 ? [] : Composite(components);

    public static byte[][] PartitionComponents(TableMetadata table, byte[] key) =>
        table.PartitionKey.Length == 1 ? [key] : Split(key, table.PartitionKey.Length);

    public static byte[][] ClusteringComponents(TableMetadata table, byte[] clustering) =>
        table.Clustering.Length == 0 ? [] : Split(clustering, table.Clustering.Length);

    private static byte[] Composite(byte[][] components)
    {
        var bytes = new byte[components.Sum(c => c.Length + 3)];
        int at = 0;
        foreach (byte[] component in components)
        {
            if (component.Length > ComponentMax)
            {
                throw CqlException.Invalid(
                    $"Key length of {component.Length} is longer than maximum of {ComponentMax}");
            }

            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)component.Length);
            component.CopyTo(bytes, at + 2);
            at += component.Length + 3;
        }

        return bytes;
    }

    private static byte[][] Split(byte[] bytes, int count)
    {
        var components = new byte[count][];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
            components[i] = bytes[(at + 2)..(at + 2 + length)];
            at += length + 3;
        }

        return components;
    }
}
