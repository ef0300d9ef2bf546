using System.Security.Cryptography;
using System.Text;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>
/// This folder: a statement and its values become a <see cref="Plan"/>. A prepared statement holds the definition of its
/// table as it was: when the schema of that table changes, the node forgets the statement, as Cassandra does, and the client
/// prepares it again.
/// </summary>
internal abstract class PreparedStatement
{
    protected PreparedStatement(string query, string? usedKeyspace, BoundVariables variables, TableMetadata? table)
    {
        Query = query;
        UsedKeyspace = usedKeyspace;
        Variables = variables;
        Table = table;
        Id = ComputeId(query, usedKeyspace);
    }

    public string Query { get; }

    public string? UsedKeyspace { get; }

    /// <summary>MD5 of the keyspace in use and the query, so that every node gives a statement the same id.</summary>
    public byte[] Id { get; }

    public BoundVariables Variables { get; }

    /// <summary>The table it is about, or null.</summary>
    public TableMetadata? Table { get; }

    /// <summary>What the result's columns are; empty when it has no rows.</summary>
    public virtual IReadOnlyList<ColumnSpec> ResultColumns => [];

    /// <summary>For protocol v5: MD5 of the result's columns; changes when they do.</summary>
    public byte[] ResultMetadataId => field ??= ComputeResultMetadataId(ResultColumns);

    public Plan Bind(BindContext context) =>
        context.Values.Count == Variables.Specs.Count
            ? BindChecked(context)
            : throw CqlException.Invalid("Invalid amount of bind variables");

    protected abstract Plan BindChecked(BindContext context);

#pragma warning disable CA5351 // MD5 is what the protocol's identifiers are made with; nothing is protected by it
    public static byte[] ComputeId(string query, string? usedKeyspace) =>
        MD5.HashData(Encoding.UTF8.GetBytes(usedKeyspace + query));

    private static byte[] ComputeResultMetadataId(IReadOnlyList<ColumnSpec> columns) =>
        MD5.HashData(Encoding.UTF8.GetBytes(
            string.Concat(columns.Select(c => $"{c.Keyspace}\0{c.Table}\0{c.Name}\0{c.Type}\0"))));
#pragma warning restore CA5351
}
