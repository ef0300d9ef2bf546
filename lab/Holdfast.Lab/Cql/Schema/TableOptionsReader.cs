using System.Collections.Immutable;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>What follows WITH at a table.</summary>
internal static class TableOptionsReader
{
    /// <summary>Cassandra's <c>MAX_TTL</c>: 20 years in seconds.</summary>
    public const int TimeToLiveMax = 20 * 365 * 24 * 60 * 60;

    private const string CompactionPackage = "org.apache.cassandra.db.compaction.";
    private const string CompressionPackage = "org.apache.cassandra.io.compress.";

    public static TableParameters Read(TableParameters before, Sequence<OptionSyntax> options)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        var read = before;
        foreach (var option in options)
        {
            if (!seen.Add(option.Name))
            {
                throw CqlException.Syntax($"Multiple definition for property '{option.Name}'");
            }

            read = Apply(read, option);
        }

        return read;
    }

    private static TableParameters Apply(TableParameters read, OptionSyntax option) => option.Name switch
    {
        "default_time_to_live" => read with { DefaultTimeToLive = TimeToLive(OptionReader.Integer(option)) },
        "gc_grace_seconds" => read with { GcGraceSeconds = NotNegative(option) },
        "comment" => read with { Comment = OptionReader.Text(option) },
        "bloom_filter_fp_chance" => read with { BloomFilterFalsePositiveChance = OptionReader.Real(option) },
        "crc_check_chance" => read with { CrcCheckChance = OptionReader.Real(option) },
        "max_index_interval" => read with { MaxIndexInterval = NotNegative(option) },
        "min_index_interval" => read with { MinIndexInterval = NotNegative(option) },
        "memtable_flush_period_in_ms" => read with { MemtableFlushPeriodMs = NotNegative(option) },
        "speculative_retry" => read with { SpeculativeRetry = OptionReader.Text(option) },
        "additional_write_policy" => read with { AdditionalWritePolicy = OptionReader.Text(option) },
        "read_repair" => read with { ReadRepair = OptionReader.Text(option).ToUpperInvariant() },
        "cdc" => read with { Cdc = OptionReader.Boolean(option.Name, option.Text ?? new OptionText("", null)) },
        "caching" => read with { Caching = OptionReader.Map(option) },
        "compaction" => read with { Compaction = WithClass(option, "compaction", CompactionPackage) },
        "compression" => read with { Compression = Compression(option) },
        "id" or "extensions" => read,
        "dclocal_read_repair_chance" or "read_repair_chance" => read,
        _ => throw CqlException.Syntax($"Unknown property '{option.Name}'"),
    };

    private static int TimeToLive(int seconds) => seconds switch
    {
        < 0 => throw CqlException.Configuration(
            $"default_time_to_live must be greater than or equal to 0 (got {seconds})"),
        > TimeToLiveMax => throw CqlException.Configuration(
            $"default_time_to_live must be less than or equal to {TimeToLiveMax} (got {seconds})"),
        _ => seconds,
    };

    private static int NotNegative(OptionSyntax option)
    {
        int number = OptionReader.Integer(option);
        return number >= 0
            ? number
            : throw CqlException.Configuration($"{option.Name} must be greater than or equal to 0 (got {number})");
    }

    private static ImmutableSortedDictionary<string, string> WithClass(OptionSyntax option, string what, string package)
    {
        var map = OptionReader.Map(option);
        if (!map.TryGetValue("class", out string? name))
        {
            throw CqlException.Configuration($"Missing sub-option 'class' for the '{what}' option.");
        }

        return map.SetItem("class", name.Contains('.', StringComparison.Ordinal) ? name : package + name);
    }

    private static ImmutableSortedDictionary<string, string> Compression(OptionSyntax option)
    {
        var map = OptionReader.Map(option);
        return map.ContainsKey("class") ? WithClass(option, "compression", CompressionPackage) : map;
    }
}
