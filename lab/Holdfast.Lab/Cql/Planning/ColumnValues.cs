using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What a WHERE (or an INSERT) says of one column of the primary key: the values it may have.</summary>
internal sealed class ColumnValues
{
    /// <summary>More keys than that are not read or written by one statement.</summary>
    private const int CombinationsMax = 10_000;

    private readonly ColumnMetadata column;
    private readonly IReadOnlyList<BoundTerm> terms;
    private readonly bool isListMarker;

    private ColumnValues(ColumnMetadata column, IReadOnlyList<BoundTerm> terms, bool isListMarker)
    {
        this.column = column;
        this.terms = terms;
        this.isListMarker = isListMarker;
    }

    /// <summary>The column's place in the key.</summary>
    public int Position => column.Position;

    public static ColumnValues Single(ColumnMetadata column, Term term, VariableCollector variables)
    {
        if (term is Marker marker && column.Kind == ColumnKind.PartitionKey)
        {
            variables.AddPartitionKey(column, marker);
        }

        return new ColumnValues(column, [BoundTerm.Create(term, column.Type, column.Name, variables)], isListMarker: false);
    }

    public static ColumnValues Of(ColumnMetadata column, Relation relation, VariableCollector variables)
    {
        if (relation.Operator != RelationOperator.In)
        {
            return Single(column, relation.Values[0], variables);
        }

        if (relation.IsInMarker)
        {
            var list = CqlType.ListOf(column.Type, frozen: true);
            return new(column, [BoundTerm.Create(relation.Values[0], list, $"in({column.Name})", variables)], true);
        }

        return new(
            column, [.. relation.Values.Select(v => BoundTerm.Create(v, column.Type, column.Name, variables))], false);
    }

    public byte[][] Evaluate(BindContext context)
    {
        if (terms.Count == 1 && !isListMarker)
        {
            return [Present(terms[0].Evaluate(context))];
        }

        IEnumerable<byte[]> values = isListMarker
            ? CqlValue.Elements(Present(terms[0].Evaluate(context)))!.Select(e => Present(BoundValue.Of(e)))
            : terms.Select(t => Present(t.Evaluate(context)));

        // The values of an IN come back in their order, each once.
        return [.. new SortedSet<byte[]>(values, Comparer<byte[]>.Create((a, b) => ValueOrder.Compare(column.Type, a, b)))];
    }

    /// <summary>Every combination of the values of several columns.</summary>
    public static List<byte[][]> Combine(IReadOnlyList<ColumnValues> columns, BindContext context)
    {
        List<byte[][]> combined = [[]];
        foreach (var column in columns)
        {
            byte[][] values = column.Evaluate(context);
            if ((long)combined.Count * values.Length > CombinationsMax)
            {
                throw CqlException.Invalid($"The IN lists make more than {CombinationsMax} combinations");
            }

            combined = [.. combined.SelectMany(_ => values, (before, value) => (byte[][])[.. before, value])];
        }

        return combined;
    }

    private byte[] Present(BoundValue value) =>
        value.Bytes ?? throw CqlException.Invalid(value.IsUnset
            ? $"Invalid unset value for column {column.Name}"
            : $"Invalid null value in condition for column {column.Name}");
}
