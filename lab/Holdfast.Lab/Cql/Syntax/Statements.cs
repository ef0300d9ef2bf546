namespace Holdfast.Lab.Cql.Syntax;

/// <summary>What a query asks for: the root of its syntax tree. Trees are compared by value.</summary>
internal abstract record Statement
{
    public sealed override string ToString() => StatementFormatter.Text(this);
}

/// <param name="Keyspace">The keyspace before the dot, or null for the one in use.</param>
/// <param name="Name">The table.</param>
internal sealed record TableName(string? Keyspace, string Name);

/// <param name="From">The table.</param>
/// <param name="IsDistinct">Whether <c>DISTINCT</c> was asked for.</param>
/// <param name="Selectors">What to return; empty for <c>*</c>.</param>
/// <param name="Where">Conditions, all of which hold.</param>
/// <param name="OrderBy">Columns to order by.</param>
/// <param name="PerPartitionLimit">Rows of one partition at most.</param>
/// <param name="Limit">Rows at most.</param>
/// <param name="AllowFiltering">Whether rows may be read only to be dropped.</param>
internal sealed record SelectStatement(
    TableName From,
    bool IsDistinct,
    Sequence<Selector> Selectors,
    Sequence<Relation> Where,
    Sequence<Ordering> OrderBy,
    Term? PerPartitionLimit,
    Term? Limit,
    bool AllowFiltering) : Statement;

internal sealed record Selector(Selectable Value, string? Alias);

/// <summary>Something that a SELECT can return.</summary>
internal abstract record Selectable;

internal sealed record ColumnSelectable(string Column) : Selectable;

internal sealed record CountRowsSelectable : Selectable;

internal sealed record WriteTimeSelectable(string Column) : Selectable;

internal sealed record TtlSelectable(string Column) : Selectable;

internal sealed record FunctionSelectable(string? Keyspace, string Name, Sequence<Selectable> Arguments) : Selectable;

internal sealed record TermSelectable(Term Value) : Selectable;

internal sealed record Ordering(string Column, bool IsDescending);

internal enum RelationOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains,
    ContainsKey,
    Like,
    IsNotNull,
}

/// <param name="Columns">One column; more for a tuple; the arguments for <c>token(…)</c>.</param>
/// <param name="IsToken">Whether the columns stand in <c>token(…)</c>.</param>
/// <param name="Operator">How they are compared.</param>
/// <param name="Values">One value; for IN any number, or one marker with <paramref name="IsInMarker"/>.</param>
/// <param name="IsInMarker">Whether the one value is a marker for the whole list of an IN.</param>
internal sealed record Relation(
    Sequence<string> Columns, bool IsToken, RelationOperator Operator, Sequence<Term> Values, bool IsInMarker = false);

/// <param name="Timestamp">After <c>USING TIMESTAMP</c>.</param>
/// <param name="TimeToLive">After <c>USING TTL</c>.</param>
/// <param name="TtlFirst">Whether the TTL was written before the timestamp, which orders their markers.</param>
internal sealed record UsingClause(Term? Timestamp, Term? TimeToLive, bool TtlFirst)
{
    public static readonly UsingClause None = new(null, null, TtlFirst: false);
}

internal sealed record InsertStatement(
    TableName Into, Sequence<string> Columns, Sequence<Term> Values, bool IfNotExists, UsingClause Using) : Statement;

/// <param name="Table">The table.</param>
/// <param name="Using">Timestamp and TTL.</param>
/// <param name="Assignments">Columns and their new values.</param>
/// <param name="Where">Which rows.</param>
/// <param name="Condition">Whether it is conditional, and then on what.</param>
internal sealed record UpdateStatement(
    TableName Table, UsingClause Using, Sequence<Assignment> Assignments, Sequence<Relation> Where, Condition? Condition)
    : Statement;

internal enum AssignmentKind
{
    /// <summary><c>c = value</c>.</summary>
    Set,

    /// <summary><c>c = c + value</c> or <c>c += value</c>.</summary>
    Add,

    /// <summary><c>c = c - value</c> or <c>c -= value</c>.</summary>
    Subtract,

    /// <summary><c>c = value + c</c>.</summary>
    Prepend,

    /// <summary><c>c[element] = value</c>.</summary>
    SetElement,
}

internal sealed record Assignment(string Column, AssignmentKind Kind, Term Value, Term? Element = null);

/// <summary>What follows IF in an UPDATE or DELETE: nothing for <c>IF EXISTS</c>, otherwise comparisons.</summary>
internal sealed record Condition(Sequence<Relation> Relations);

internal sealed record DeleteStatement(
    TableName From, Sequence<Deletion> Selections, UsingClause Using, Sequence<Relation> Where, Condition? Condition)
    : Statement;

/// <param name="Column">The column.</param>
/// <param name="Element">For <c>c[element]</c>.</param>
internal sealed record Deletion(string Column, Term? Element);

internal enum BatchKind
{
    Logged,
    Unlogged,
    Counter,
}

internal sealed record BatchStatement(BatchKind Kind, UsingClause Using, Sequence<Statement> Statements) : Statement;

internal sealed record UseStatement(string Keyspace) : Statement;

internal sealed record TruncateStatement(TableName Table) : Statement;
