using CsCheck;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Tests.Storage;

/// <summary>Updates of one partition, of few columns, rows, values and moments, so that they collide.</summary>
internal static class PartitionGen
{
    public static readonly PartitionKey Key = new([1, 2, 3], 42);

    public static readonly Gen<Cell> Cell = Gen.Select(Gen.Int[0, 2], Gen.Long[1, 4], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Byte[0, 2])
        .Select((column, timestamp, kind, at, value) => kind switch
        {
            0 => Lab.Storage.Cell.Tombstone(column, timestamp, at),
            1 => Lab.Storage.Cell.Expiring(column, timestamp, at + 1, 10, [value]),
            _ => Lab.Storage.Cell.Live(column, timestamp, [value]),
        });

    private static readonly Gen<Deletion> Deletion =
        Gen.Frequency((3, Gen.Const(Lab.Storage.Deletion.None)), (1, Gen.Select(Gen.Long[1, 4], Gen.Long[0, 2]).Select((t, l) => new Deletion(t, l))));

    private static readonly Gen<Liveness> Liveness = Gen.Select(Gen.Int[0, 2], Gen.Long[1, 4], Gen.Int[1, 2])
        .Select((kind, timestamp, ttl) => kind switch
        {
            0 => Lab.Storage.Liveness.None,
            1 => Lab.Storage.Liveness.Live(timestamp),
            _ => Lab.Storage.Liveness.Expiring(timestamp, ttl, 10),
        });

    private static readonly Gen<Row> Row = Gen.Select(Gen.Byte[0, 2], Liveness, Deletion, Cell.Array[0, 4])
        .Select((clustering, liveness, deletion, cells) => new Row(
            [clustering], liveness, deletion, [.. cells.DistinctBy(c => c.Column).OrderBy(c => c.Column)]));

    public static readonly Gen<PartitionData> Partition = Gen.Select(Deletion, Row.Array[0, 3])
        .Select((deletion, rows) => new PartitionData(
            Key, deletion, [.. rows.DistinctBy(r => r.Clustering[0]).OrderBy(r => r.Clustering[0])]));
}
