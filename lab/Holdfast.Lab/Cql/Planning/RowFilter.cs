using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>A condition that is asked of every row.</summary>
/// <param name="column">The column; null for the partition's token.</param>
/// <param name="comparison">How it is compared.</param>
/// <param name="terms">With what; several for IN.</param>
/// <param name="isListMarker">Whether the one term is the whole list of an IN.</param>
internal sealed class RowFilter(
    ColumnMetadata? column, RelationOperator comparison, IReadOnlyList<BoundTerm> terms, bool isListMarker)
{
    private readonly CqlType type = column?.Type ?? CqlType.Bigint;

    public static RowFilter Of(ColumnMetadata column, Relation relation, VariableCollector variables)
    {
        var type = relation switch
        {
            { Operator: RelationOperator.In, IsInMarker: true } => CqlType.ListOf(column.Type, frozen: true),
            { Operator: RelationOperator.Contains } => ElementType(column),
            { Operator: RelationOperator.ContainsKey } when column.Type is MapType map => map.Key,
            { Operator: RelationOperator.Equal or RelationOperator.In or RelationOperator.Less or RelationOperator.LessOrEqual
                or RelationOperator.Greater or RelationOperator.GreaterOrEqual } => column.Type,
            _ => throw CqlException.Invalid($"Unsupported relation on column {column.Name}"),
        };
        string name = relation.IsInMarker ? $"in({column.Name})" : column.Name;
        var terms = relation.Values.Select(v => BoundTerm.Create(v, type, name, variables)).ToList();
        return new RowFilter(column, relation.Operator, terms, relation.IsInMarker);
    }

    public static RowFilter OnToken(Relation relation, VariableCollector variables) => new(
        null,
        relation.Operator,
        [BoundTerm.Create(relation.Values[0], CqlType.Bigint, "partition key token", variables)],
        isListMarker: false);

    /// <summary>The condition with its values.</summary>
    public Func<RowView, bool> Bind(BindContext context)
    {
        List<byte[]?> values = [.. terms.Select(t => Present(t.Evaluate(context)))];
        values = isListMarker ? CqlValue.Elements(values[0])! : values;
        return row => Holds(column is null ? CqlValue.Bigint(row.Token) : row.Value(column), values);
    }

    private bool Holds(byte[]? actual, List<byte[]?> values)
    {
        if (actual is null)
        {
            return false;
        }

        switch (comparison)
        {
            case RelationOperator.In:
                return values.Exists(v => actual.AsSpan().SequenceEqual(v));
            case RelationOperator.Contains:
                int perEntry = type is MapType ? 2 : 1;
                return Elements(actual, perEntry, perEntry - 1).Any(e => e.AsSpan().SequenceEqual(values[0]));
            case RelationOperator.ContainsKey:
                return Elements(actual, 2, 0).Any(e => e.AsSpan().SequenceEqual(values[0]));
            default:
                int order = ValueOrder.Compare(type, actual, values[0]);
                return comparison switch
                {
                    RelationOperator.Equal => order == 0,
                    RelationOperator.Less => order < 0,
                    RelationOperator.LessOrEqual => order <= 0,
                    RelationOperator.Greater => order > 0,
                    _ => order >= 0,
                };
        }
    }

    private static IEnumerable<byte[]?> Elements(byte[] collection, int perEntry, int offset) =>
        (CqlValue.Elements(collection, perEntry) ?? []).Where((_, i) => i % perEntry == offset);

    private static CqlType ElementType(ColumnMetadata column) => column.Type switch
    {
        ListType list => list.Element,
        SetType set => set.Element,
        MapType map => map.Value,
        _ => throw CqlException.Invalid($"Cannot use CONTAINS on non-collection column {column.Name}"),
    };

    private byte[] Present(BoundValue value) =>
        value.Bytes ?? throw CqlException.Invalid(value.IsUnset
            ? $"Invalid unset value for column {column?.Name}"
            : $"Invalid null value in condition for column {column?.Name}");
}
