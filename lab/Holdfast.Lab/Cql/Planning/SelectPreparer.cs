using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Prepares SELECT.</summary>
internal static class SelectPreparer
{
    public static PreparedStatement Prepare(
        string query, string? used, SelectStatement select, int markers, SchemaState schema)
    {
        var table = schema.Resolve(select.From, used);
        VariableCollector variables = new(markers, table);
        var selections = SelectionBuilder.Build(table, select.Selectors);
        CheckDistinct(table, select);
        bool isLocal = SystemTables.SystemKeyspaces.IsReadOnly(table.Keyspace);
        var restrictions = SelectRestrictions.Read(table, select, isLocal, variables);
        bool isReversed = IsReversed(table, select, hasKeys: isLocal || restrictions.Keys is not null);
        var perPartition = select.IsDistinct ? new Literal(LiteralKind.Integer, "1") : select.PerPartitionLimit;
        var perPartitionLimit = perPartition is { } p
            ? BoundTerm.Create(p, CqlType.Int, "[per_partition_limit]", variables)
            : null;
        var limit = select.Limit is { } l ? BoundTerm.Create(l, CqlType.Int, "[limit]", variables) : null;
        var selectQuery = new SelectQuery(table, selections, isReversed);
        return new PreparedSelect(
            query, used, variables.ToVariables(), selectQuery, restrictions, limit, perPartitionLimit);
    }

    private static void CheckDistinct(TableMetadata table, SelectStatement select)
    {
        if (!select.IsDistinct)
        {
            return;
        }

        foreach (var selector in select.Selectors)
        {
            bool isKey = selector.Value is ColumnSelectable column
                && table.Get(column.Column).Kind == ColumnKind.PartitionKey;
            if (!isKey)
            {
                throw CqlException.Invalid(
                    "SELECT DISTINCT queries must only request partition key columns and/or static columns");
            }
        }

        if (select.Selectors.Count == 0)
        {
            throw CqlException.Invalid(
                "SELECT DISTINCT queries must only request partition key columns and/or static columns");
        }
    }

    private static bool IsReversed(TableMetadata table, SelectStatement select, bool hasKeys)
    {
        if (select.OrderBy.Count == 0)
        {
            return false;
        }

        if (!hasKeys)
        {
            throw CqlException.Invalid(
                "ORDER BY is only supported when the partition key is restricted by an EQ or an IN.");
        }

        bool? reversed = null;
        for (int i = 0; i < select.OrderBy.Count; i++)
        {
            var ordering = select.OrderBy[i];
            var column = table.Get(ordering.Column);
            if (column.Kind != ColumnKind.Clustering)
            {
                throw CqlException.Invalid(
                    $"Order by is currently only supported on the clustered columns of the PRIMARY KEY, got {column.Name}");
            }

            if (column.Position != i)
            {
                throw CqlException.Invalid(
                    "Order by currently only supports the ordering of columns following their declared order in the PRIMARY KEY");
            }

            bool isAgainst = ordering.IsDescending != column.IsDescending;
            reversed ??= isAgainst;
            if (reversed != isAgainst)
            {
                throw CqlException.Invalid("Unsupported order by relation");
            }
        }

        return reversed!.Value;
    }
}
