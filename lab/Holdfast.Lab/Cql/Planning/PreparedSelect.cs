using System.Buffers.Binary;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cql.Planning;

internal sealed class PreparedSelect(
    string query,
    string? usedKeyspace,
    BoundVariables variables,
    SelectQuery select,
    SelectRestrictions restrictions,
    BoundTerm? limit,
    BoundTerm? perPartitionLimit) : PreparedStatement(query, usedKeyspace, variables, select.Table)
{
    private readonly bool isLocal = SystemTables.SystemKeyspaces.IsReadOnly(select.Table.Keyspace);

    public override IReadOnlyList<ColumnSpec> ResultColumns => select.Columns;

    protected override Plan BindChecked(BindContext context)
    {
        var filters = restrictions.Filters.Count == 0 ? [] : restrictions.Filters.Select(f => f.Bind(context)).ToList();
        RowAssembly rows = new(
            select, filters, Limit(limit, "LIMIT", context), Limit(perPartitionLimit, "PER PARTITION LIMIT", context), context);
        return isLocal ? new LocalReadPlan(select.Table, rows) : new ReadPlan(select.Table, Keys(context), rows);
    }

    private List<PartitionKey>? Keys(BindContext context)
    {
        return restrictions.Keys is { } columns
            ? ColumnValues.Combine(columns, context).ConvertAll(c => KeyEncoding.Partition(select.Table, c))
            : null;
    }

    private static int Limit(BoundTerm? term, string what, BindContext context)
    {
        if (term is null)
        {
            return int.MaxValue;
        }

        var value = term.Evaluate(context);
        if (value.IsUnset)
        {
            return int.MaxValue;
        }

        if (value.Bytes is not { Length: sizeof(int) } bytes)
        {
            throw CqlException.Invalid("Invalid null value of limit");
        }

        int limit = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return limit > 0 ? limit : throw CqlException.Invalid($"{what} must be strictly positive");
    }
}
