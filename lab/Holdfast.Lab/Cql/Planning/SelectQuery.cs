using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What a SELECT returns, before it has values.</summary>
internal sealed class SelectQuery
{
    public SelectQuery(TableMetadata table, IReadOnlyList<Selection> selections, bool isReversed)
    {
        Table = table;
        Selections = selections;
        IsReversed = isReversed;
        IsCount = selections.Any(s => s is CountSelection);
        Columns = [.. selections.Select(s => s.Spec)];
    }

    public TableMetadata Table { get; }

    public IReadOnlyList<Selection> Selections { get; }

    public IReadOnlyList<ColumnSpec> Columns { get; }

    /// <summary>Rows run against the table's clustering order.</summary>
    public bool IsReversed { get; }

    /// <summary>All rows become one.</summary>
    public bool IsCount { get; }
}
