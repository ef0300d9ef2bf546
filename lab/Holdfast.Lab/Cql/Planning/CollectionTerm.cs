using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>A list, set, map or tuple that is written out.</summary>
internal sealed class CollectionTerm : BoundTerm
{
    private readonly IReadOnlyList<BoundTerm> parts;
    private readonly CqlType type;

    private CollectionTerm(IReadOnlyList<BoundTerm> parts, CqlType type)
    {
        this.parts = parts;
        this.type = type;
    }

    public static new BoundTerm Create(Term term, CqlType type, string receiver, VariableCollector variables)
    {
        BoundTerm Part(Term part, CqlType partType, string what) =>
            BoundTerm.Create(part, partType, $"{what}({receiver})", variables);

        return (term, type) switch
        {
            (ListLiteral list, ListType t) => new CollectionTerm([.. list.Items.Select(i => Part(i, t.Element, "value"))], type),
            (SetLiteral set, SetType t) => new CollectionTerm([.. set.Items.Select(i => Part(i, t.Element, "value"))], type),
            (SetLiteral { Items.Count: 0 }, MapType) => new CollectionTerm([], type),
            (MapLiteral map, MapType t) => new CollectionTerm(
                [.. map.Entries.SelectMany(e => new[] { Part(e.Key, t.Key, "key"), Part(e.Value, t.Value, "value") })], type),
            (TupleLiteral tuple, TupleType t) when tuple.Items.Count <= t.Elements.Count =>
                new CollectionTerm([.. tuple.Items.Select((i, n) => Part(i, t.Elements[n], "field"))], type),
            (TupleLiteral { Items.Count: 1 } tuple, _) => BoundTerm.Create(tuple.Items[0], type, receiver, variables),
            _ => throw CqlException.Invalid($"Invalid {Kind(term)} literal for {receiver} of type {type}"),
        };
    }

    public override BoundValue Evaluate(BindContext context)
    {
        List<byte[]> values = [];
        foreach (var part in parts)
        {
            var value = part.Evaluate(context);
            values.Add(value.Bytes ?? throw CqlException.Invalid(value.IsUnset
                ? $"Invalid unset value in a collection of type {type}"
                : "null is not supported inside collections"));
        }

        return BoundValue.Of(type switch
        {
            ListType => CqlValue.List(values),
            SetType set => Set(set, values),
            MapType map => Map(map, values),
            _ => Tuple(values),
        });
    }

    private static string Kind(Term term) => term switch
    {
        ListLiteral => "list",
        SetLiteral => "set",
        MapLiteral => "map",
        _ => "tuple",
    };

    private static byte[] Set(SetType type, List<byte[]> values)
    {
        SortedSet<byte[]> ordered = new(values, Order(type.Element));
        return CqlValue.List(ordered);
    }

    private static byte[] Map(MapType type, List<byte[]> parts)
    {
        SortedDictionary<byte[], byte[]> ordered = new(Order(type.Key));
        for (int i = 0; i < parts.Count; i += 2)
        {
            ordered[parts[i]] = parts[i + 1];
        }

        return CqlValue.Collection(ordered.Count, ordered.SelectMany(e => new[] { e.Key, e.Value }));
    }

    private static byte[] Tuple(List<byte[]> values)
    {
        using MemoryStream bytes = new();
        foreach (byte[] value in values)
        {
            bytes.Write(CqlValue.Int(value.Length));
            bytes.Write(value);
        }

        return bytes.ToArray();
    }

    private static Comparer<byte[]> Order(CqlType type) =>
        Comparer<byte[]>.Create((a, b) => ValueOrder.Compare(type, a, b));
}
