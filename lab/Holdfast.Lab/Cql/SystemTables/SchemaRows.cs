using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Types;

namespace Holdfast.Lab.Cql.SystemTables;

/// <summary>The schema as rows of <c>system_schema</c> and <c>system_virtual_schema</c>.</summary>
internal static class SchemaRows
{
    public static IEnumerable<SystemRow> Stored(string table, SchemaState schema)
    {
        var keyspaces = schema.Keyspaces.Where(k => !k.IsVirtual);
        return table switch
        {
            "keyspaces" => keyspaces.Select(Keyspace),
            "tables" => keyspaces.SelectMany(k => k.Tables.Values).Select(Table),
            "columns" => keyspaces.SelectMany(k => k.Tables.Values).SelectMany(Columns),
            _ => [],
        };
    }

    public static IEnumerable<SystemRow> Virtual(string table, SchemaState schema)
    {
        var keyspaces = schema.Keyspaces.Where(k => k.IsVirtual);
        return table switch
        {
            "keyspaces" => keyspaces.Select(k => new SystemRow(("keyspace_name", CqlValue.Text(k.Name)))),
            "tables" => keyspaces.SelectMany(k => k.Tables.Values).Select(t => new SystemRow(
                ("keyspace_name", CqlValue.Text(t.Keyspace)),
                ("table_name", CqlValue.Text(t.Name)),
                ("comment", CqlValue.Text(t.Parameters.Comment)))),
            "columns" => keyspaces.SelectMany(k => k.Tables.Values).SelectMany(Columns),
            _ => [],
        };
    }

    private static SystemRow Keyspace(KeyspaceMetadata keyspace) => new(
        ("keyspace_name", CqlValue.Text(keyspace.Name)),
        ("durable_writes", CqlValue.Boolean(keyspace.DurableWrites)),
        ("replication", CqlValue.Map(keyspace.Replication.ToMap())));

    private static SystemRow Table(TableMetadata table)
    {
        var parameters = table.Parameters;
        return new(
            ("keyspace_name", CqlValue.Text(table.Keyspace)),
            ("table_name", CqlValue.Text(table.Name)),
            ("additional_write_policy", CqlValue.Text(parameters.AdditionalWritePolicy)),
            ("bloom_filter_fp_chance", CqlValue.Double(parameters.BloomFilterFalsePositiveChance)),
            ("caching", CqlValue.Map(parameters.Caching)),
            ("cdc", parameters.Cdc is { } cdc ? CqlValue.Boolean(cdc) : null),
            ("comment", CqlValue.Text(parameters.Comment)),
            ("compaction", CqlValue.Map(parameters.Compaction)),
            ("compression", CqlValue.Map(parameters.Compression)),
            ("crc_check_chance", CqlValue.Double(parameters.CrcCheckChance)),
            ("dclocal_read_repair_chance", CqlValue.Double(0)),
            ("default_time_to_live", CqlValue.Int(parameters.DefaultTimeToLive)),
            ("extensions", CqlValue.Map([])),
            ("flags", CqlValue.Set([CqlValue.Text("compound")])),
            ("gc_grace_seconds", CqlValue.Int(parameters.GcGraceSeconds)),
            ("id", CqlValue.Uuid(table.Id)),
            ("max_index_interval", CqlValue.Int(parameters.MaxIndexInterval)),
            ("memtable_flush_period_in_ms", CqlValue.Int(parameters.MemtableFlushPeriodMs)),
            ("min_index_interval", CqlValue.Int(parameters.MinIndexInterval)),
            ("read_repair", CqlValue.Text(parameters.ReadRepair)),
            ("read_repair_chance", CqlValue.Double(0)),
            ("speculative_retry", CqlValue.Text(parameters.SpeculativeRetry)));
    }

    private static IEnumerable<SystemRow> Columns(TableMetadata table) =>
        table.Columns.OrderBy(c => c.Name, StringComparer.Ordinal).Select(column => new SystemRow(
            ("keyspace_name", CqlValue.Text(table.Keyspace)),
            ("table_name", CqlValue.Text(table.Name)),
            ("column_name", CqlValue.Text(column.Name)),
            ("clustering_order", CqlValue.Text(Order(column))),
            ("column_name_bytes", CqlValue.Text(column.Name)),
            ("kind", CqlValue.Text(Kind(column.Kind))),
            ("position", CqlValue.Int(column.Position)),
            ("type", CqlValue.Text(column.Type.ToString()))));

    private static string Order(ColumnMetadata column) =>
        column.Kind != ColumnKind.Clustering ? "none" : column.IsDescending ? "desc" : "asc";

    private static string Kind(ColumnKind kind) => kind switch
    {
        ColumnKind.PartitionKey => "partition_key",
        ColumnKind.Clustering => "clustering",
        ColumnKind.Static => "static",
        _ => "regular",
    };
}
