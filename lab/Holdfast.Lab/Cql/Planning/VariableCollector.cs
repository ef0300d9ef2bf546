using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Learns, while a statement is prepared, what each bind marker stands for.</summary>
internal sealed class VariableCollector(int count, TableMetadata? table)
{
    private readonly ColumnSpec?[] specs = new ColumnSpec?[count];
    private readonly string?[] names = new string?[count];
    private readonly Dictionary<string, int> partitionKeyMarkers = new(StringComparer.Ordinal);

    /// <param name="marker">The marker.</param>
    /// <param name="name">What it is called, when it has no name of its own.</param>
    /// <param name="type">What its value has to be.</param>
    public void Add(Marker marker, string name, CqlType type)
    {
        names[marker.Index] = marker.Name;
        specs[marker.Index] = new ColumnSpec(table?.Keyspace ?? "", table?.Name ?? "", marker.Name ?? name, type);
    }

    /// <summary>This marker is the value of a column of the partition key.</summary>
    public void AddPartitionKey(ColumnMetadata column, Marker marker) => partitionKeyMarkers[column.Name] = marker.Index;

    public BoundVariables ToVariables()
    {
        int index = Array.IndexOf(specs, null);
        if (index >= 0)
        {
            throw CqlException.Invalid("Bind variables are not supported here");
        }

        IReadOnlyList<short> keyIndexes = table is not null && table.PartitionKey.All(c => partitionKeyMarkers.ContainsKey(c.Name))
            ? [.. table.PartitionKey.Select(c => (short)partitionKeyMarkers[c.Name])]
            : [];
        return new BoundVariables(specs!, names, keyIndexes);
    }
}

/// <param name="Specs">What each marker stands for, in the order of the markers.</param>
/// <param name="Names">The names that were written after a colon; null for question marks.</param>
/// <param name="PartitionKeyIndexes">
/// For each column of the partition key, which marker holds it; empty unless all are markers (protocol v4 and later).
/// </param>
internal sealed record BoundVariables(
    IReadOnlyList<ColumnSpec> Specs, IReadOnlyList<string?> Names, IReadOnlyList<short> PartitionKeyIndexes)
{
    /// <summary>
    /// Puts values that came with names into the order of the markers. A marker whose name nobody gave gets none, so that there
    /// are too few of them and the statement is refused, as Cassandra refuses it.
    /// </summary>
    public IReadOnlyList<BoundValue> Order(IReadOnlyList<(string Name, BoundValue Value)> named)
    {
        List<BoundValue> ordered = new(Specs.Count);
        foreach (var spec in Specs)
        {
            foreach (var (name, value) in named)
            {
                if (name == spec.Name)
                {
                    ordered.Add(value);
                    break; // given twice, the first counts
                }
            }
        }

        return ordered;
    }
}
