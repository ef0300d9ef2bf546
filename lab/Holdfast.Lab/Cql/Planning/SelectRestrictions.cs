using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What a SELECT's WHERE says: which partitions, and what is asked of their rows.</summary>
/// <param name="Keys">Values for each column of the partition key; null when it is not given in full.</param>
/// <param name="Filters">What is asked of each row.</param>
internal sealed record SelectRestrictions(IReadOnlyList<ColumnValues>? Keys, IReadOnlyList<RowFilter> Filters)
{
    private const string NeedsFiltering =
        "Cannot execute this query as it might involve data filtering and thus may have unpredictable performance. "
        + "If you want to execute this query despite the performance unpredictability, use ALLOW FILTERING";

    /// <param name="table">The table.</param>
    /// <param name="select">The statement.</param>
    /// <param name="scansAnyway">Its rows are made, all of them, whatever is asked: a system table.</param>
    /// <param name="variables">Learns of the markers.</param>
    public static SelectRestrictions Read(
        TableMetadata table, SelectStatement select, bool scansAnyway, VariableCollector variables)
    {
        var byColumn = ByColumn(table, select.Where);
        bool hasKeys = table.PartitionKey.All(c => byColumn[c.Name].Any())
            && table.PartitionKey.All(c => byColumn[c.Name].Single().Operator is RelationOperator.Equal or RelationOperator.In);
        if (!select.AllowFiltering)
        {
            RefuseFiltering(table, byColumn, hasKeys);
        }

        List<ColumnValues> keys = [];
        List<RowFilter> filters = [];
        foreach (var relation in select.Where)
        {
            if (relation.IsToken)
            {
                filters.Add(RowFilter.OnToken(relation, variables));
                continue;
            }

            var column = table.Get(relation.Columns[0]);
            if (hasKeys && !scansAnyway && column.Kind == ColumnKind.PartitionKey)
            {
                keys.Add(ColumnValues.Of(column, relation, variables));
            }
            else
            {
                filters.Add(RowFilter.Of(column, relation, variables));
            }
        }

        bool reads = hasKeys && !scansAnyway;
        return new SelectRestrictions(reads ? [.. keys.OrderBy(k => k.Position)] : null, filters);
    }

    private static ILookup<string, Relation> ByColumn(TableMetadata table, Sequence<Relation> where)
    {
        foreach (var relation in where)
        {
            if (relation.IsToken)
            {
                CheckToken(table, relation);
            }
            else if (relation.Columns.Count > 1)
            {
                throw CqlException.Invalid("Relations on tuples of columns are not part of the lab");
            }
        }

        var single = where.Where(r => !r.IsToken).ToLookup(r => table.Get(r.Columns[0]).Name, StringComparer.Ordinal);
        foreach (var relations in single)
        {
            bool isExact = relations.Any(r => r.Operator is RelationOperator.Equal or RelationOperator.In);
            if (isExact && relations.Count() > 1)
            {
                throw CqlException.Invalid(
                    $"{relations.Key} cannot be restricted by more than one relation if it includes an Equal");
            }

            if (table.Get(relations.Key).Kind == ColumnKind.PartitionKey && !isExact)
            {
                throw CqlException.Invalid("Only EQ and IN relation are supported on the partition key (unless you use the token() function)");
            }
        }

        return single;
    }

    private static void CheckToken(TableMetadata table, Relation relation)
    {
        if (!relation.Columns.SequenceEqual(table.PartitionKey.Select(c => c.Name)))
        {
            throw CqlException.Invalid(
                "The token() function must be applied to all partition key components or none of them");
        }
    }

    private static void RefuseFiltering(TableMetadata table, ILookup<string, Relation> byColumn, bool hasKeys)
    {
        bool needs = byColumn.Any(r => table.Get(r.Key).Kind == ColumnKind.Regular)
            || (!hasKeys && byColumn.Any(r => table.Get(r.Key).IsPrimaryKey));
        if (needs)
        {
            throw CqlException.Invalid(NeedsFiltering);
        }

        ColumnMetadata? gap = null;
        foreach (var column in table.Clustering)
        {
            bool isGiven = byColumn.Contains(column.Name);
            if (isGiven && gap is not null)
            {
                throw CqlException.Invalid(
                    $"PRIMARY KEY column \"{column.Name}\" cannot be restricted as preceding column \"{gap.Name}\" is not restricted");
            }

            bool isExact = byColumn[column.Name].Any(r => r.Operator is RelationOperator.Equal or RelationOperator.In);
            gap ??= isGiven && isExact ? null : column;
        }
    }
}
