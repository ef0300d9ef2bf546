using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Types;

/// <summary>Types as they are written become types.</summary>
internal static class TypeResolver
{
    public static CqlType Resolve(TypeSyntax syntax)
    {
        switch (syntax.Name)
        {
            case "frozen" when syntax.Arguments.Count == 1:
                return Freeze(Resolve(syntax.Arguments[0]));
            case "list" when syntax.Arguments.Count == 1:
                return CqlType.ListOf(Element(syntax, 0, "list"));
            case "set" when syntax.Arguments.Count == 1:
                return CqlType.SetOf(Element(syntax, 0, "set"));
            case "map" when syntax.Arguments.Count == 2:
                return CqlType.MapOf(Element(syntax, 0, "map"), Element(syntax, 1, "map"));
            case "tuple" when syntax.Arguments.Count > 0:
                return new TupleType([.. syntax.Arguments.Select(a => Freeze(Resolve(a)))]);
            case "varchar":
                return CqlType.Text;
            default:
                return syntax.Keyspace is null && Enum.TryParse(syntax.Name, ignoreCase: true, out NativeKind kind)
                    && TypeNames.IsBuiltIn(syntax.Name)
                    ? new NativeType(kind)
                    : throw CqlException.Invalid($"Unknown type {TermFormatter.Text(syntax)}");
        }
    }

    private static CqlType Element(TypeSyntax syntax, int argument, string what)
    {
        var element = Resolve(syntax.Arguments[argument]);
        return element is { IsCollection: true, IsFrozen: false }
            ? throw CqlException.Invalid(
                $"Non-frozen collections are not allowed inside collections: {what}<{string.Join(", ", syntax.Arguments.Select(TermFormatter.Text))}>")
            : element;
    }

    private static CqlType Freeze(CqlType type) => type switch
    {
        ListType list => new ListType(Freeze(list.Element), Frozen: true),
        SetType set => new SetType(Freeze(set.Element), Frozen: true),
        MapType map => new MapType(Freeze(map.Key), Freeze(map.Value), Frozen: true),
        _ => type,
    };
}
