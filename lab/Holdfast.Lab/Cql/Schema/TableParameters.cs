using System.Collections.Immutable;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>A table's options: those that the lab acts on by name, the others as text, with Cassandra 4.0's defaults.</summary>
internal sealed record TableParameters
{
    public static readonly TableParameters Default = new();

    public int DefaultTimeToLive { get; init; }

    public int GcGraceSeconds { get; init; } = 864_000;

    public string Comment { get; init; } = "";

    public double BloomFilterFalsePositiveChance { get; init; } = 0.01;

    public double CrcCheckChance { get; init; } = 1.0;

    public int MaxIndexInterval { get; init; } = 2048;

    public int MinIndexInterval { get; init; } = 128;

    public int MemtableFlushPeriodMs { get; init; }

    public string SpeculativeRetry { get; init; } = "99p";

    public string AdditionalWritePolicy { get; init; } = "99p";

    public string ReadRepair { get; init; } = "BLOCKING";

    public bool? Cdc { get; init; }

    public ImmutableSortedDictionary<string, string> Caching { get; init; } =
        Map(("keys", "ALL"), ("rows_per_partition", "NONE"));

    public ImmutableSortedDictionary<string, string> Compaction { get; init; } = Map(
        ("class", "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy"), ("max_threshold", "32"), ("min_threshold", "4"));

    public ImmutableSortedDictionary<string, string> Compression { get; init; } =
        Map(("chunk_length_in_kb", "16"), ("class", "org.apache.cassandra.io.compress.LZ4Compressor"));

    private static ImmutableSortedDictionary<string, string> Map(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
}
