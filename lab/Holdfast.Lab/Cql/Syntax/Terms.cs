namespace Holdfast.Lab.Cql.Syntax;

/// <summary>A value as it is written: a literal, a bind marker, a collection, a function call or a cast.</summary>
internal abstract record Term
{
    public sealed override string ToString() => TermFormatter.Text(this);
}

internal enum LiteralKind
{
    String,
    Integer,
    Float,
    Boolean,
    Duration,
    Uuid,
    Hex,
    Null,
}

/// <param name="Kind">How it was written, which decides the types it may become.</param>
/// <param name="Text">Its text, unquoted.</param>
internal sealed record Literal(LiteralKind Kind, string Text) : Term
{
    public static readonly Literal Null = new(LiteralKind.Null, "null");
}

/// <param name="Index">Its place among the statement's bind markers.</param>
/// <param name="Name">The name after the colon, or null for a question mark.</param>
internal sealed record Marker(int Index, string? Name) : Term;

internal sealed record ListLiteral(Sequence<Term> Items) : Term;

/// <summary><c>{}</c> is an empty set to the grammar; the column's type may make it an empty map.</summary>
internal sealed record SetLiteral(Sequence<Term> Items) : Term;

internal sealed record MapLiteral(Sequence<MapEntry> Entries) : Term;

internal sealed record MapEntry(Term Key, Term Value);

internal sealed record TupleLiteral(Sequence<Term> Items) : Term;

internal sealed record FunctionCall(string? Keyspace, string Name, Sequence<Term> Arguments) : Term;

internal sealed record CastTerm(TypeSyntax Type, Term Value) : Term;

/// <summary>A type as it is written, not yet looked up.</summary>
/// <param name="Keyspace">For a user type: the keyspace before the dot, if any.</param>
/// <param name="Name">The type's name: a native type, list, set, map, tuple, frozen, or a user type.</param>
/// <param name="Arguments">What stands between the angle brackets.</param>
internal sealed record TypeSyntax(string? Keyspace, string Name, Sequence<TypeSyntax> Arguments);
