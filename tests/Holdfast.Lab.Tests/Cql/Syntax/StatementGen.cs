using CsCheck;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Tests.Cql.Syntax;

/// <summary>Any statement the grammar can say.</summary>
internal static class StatementGen
{
    private static readonly Gen<string> Name = Gen.OneOf(
        Of("k", "v", "key", "values", "ttl", "count", "select", "token", "Quoted", "a\"b", "x y", "text", "true", "nan", "é"),
        Gen.Char["abcdefghij_0123456789"].Array[1, 6].Select(c => new string(c)));

    private static readonly Gen<string> String = Gen.Char["ab'\"$\n;?-/*"].Array[0, 8].Select(c => new string(c));

    private static readonly Gen<Term> Scalar = Gen.OneOf<Term>(
        String.Select(s => (Term)new Literal(LiteralKind.String, s)),
        Gen.Long.Select(n => (Term)new Literal(LiteralKind.Integer, n.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        Of("1.5", "-0.25", "1e10", "2.", "NaN", "-Infinity", "Infinity").Select(f => (Term)new Literal(LiteralKind.Float, f)),
        Of("true", "FALSE").Select(b => (Term)new Literal(LiteralKind.Boolean, b)),
        Gen.Guid.Select(g => (Term)new Literal(LiteralKind.Uuid, g.ToString())),
        Gen.Byte.Array[0, 5].Select(b => (Term)new Literal(LiteralKind.Hex, "0x" + Convert.ToHexStringLower(b))),
        Of("12h30m", "-3d", "5us").Select(d => (Term)new Literal(LiteralKind.Duration, d)),
        Gen.Const((Term)Literal.Null),
        Name.Null().Select(n => (Term)new Marker(0, n)));

    private static readonly Gen<TypeSyntax> Type = Gen.Recursive<TypeSyntax>((depth, self) =>
        depth > 3
            ? Of("text", "blob", "int", "timeuuid").Select(n => new TypeSyntax(null, n, []))
            : Gen.OneOf(
                Of("text", "blob", "int").Select(n => new TypeSyntax(null, n, [])),
                Of("list", "set", "frozen").Select(self, (n, t) => new TypeSyntax(null, n, [t])),
                Gen.Select(self, self, (k, v) => new TypeSyntax(null, "map", [k, v])),
                Gen.Select(Name, (Of("udt", "Select", "key_type"))).Select((ks, n) => new TypeSyntax(ks, n, []))));

    private static readonly Gen<Term> AnyTerm = Gen.Recursive<Term>((depth, self) =>
        depth > 3
            ? Scalar
            : Gen.Frequency(
                (6, Scalar),
                (1, List(self, 0).Select(i => (Term)new ListLiteral(i))),
                (1, List(self, 0).Select(i => (Term)new SetLiteral(i))),
                (1, List(Gen.Select(self, self, (k, v) => new MapEntry(k, v)), 1).Select(e => (Term)new MapLiteral(e))),
                (1, List(self, 1).Select(i => (Term)new TupleLiteral(i))),
                (1, Gen.Select(Name.Null(), Name, List(self, 0)).Select((ks, n, a) => (Term)new FunctionCall(ks, n, a))),
                (1, Of("text", "int").Select(self, (t, v) => (Term)new CastTerm(new TypeSyntax(null, t, []), v)))));

    private static readonly Gen<Term> Integer =
        Gen.Int.Select(n => (Term)new Literal(LiteralKind.Integer, n.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static readonly Gen<TableName> Table = Gen.Select(Name.Null(), Name).Select((ks, n) => new TableName(ks, n));

    private static readonly Gen<Relation> Relation = Gen.OneOf(
        Gen.Select(Name, Gen.Enum<RelationOperator>(), AnyTerm)
            .Select((n, o, t) => o == RelationOperator.IsNotNull ? new Relation([n], false, o, [Literal.Null]) : new Relation([n], false, o, [t])),
        Gen.Select(List(Name, 1), AnyTerm).Select((n, t) => new Relation(n, true, RelationOperator.Greater, [t])),
        Gen.Select(Name, Name, AnyTerm).Select((a, b, t) => new Relation([a, b], false, RelationOperator.LessOrEqual, [t])),
        Gen.Select(Name, List(AnyTerm, 0)).Select((n, v) => new Relation([n], false, RelationOperator.In, v)),
        Name.Select(n => new Relation([n], false, RelationOperator.In, [new Marker(0, null)], IsInMarker: true)));

    private static readonly Gen<Selectable> Selectable = Gen.Recursive<Selectable>((depth, self) => Gen.OneOf<Selectable>(
        Name.Select(n => (Selectable)new ColumnSelectable(n)),
        Name.Select(n => (Selectable)new TtlSelectable(n)),
        Name.Select(n => (Selectable)new WriteTimeSelectable(n)),
        Gen.Const((Selectable)new CountRowsSelectable()),
        Scalar.Select(t => (Selectable)new TermSelectable(t)),
        depth > 2
            ? Gen.Const((Selectable)new CountRowsSelectable())
            : Gen.Select(Name.Null(), Of("now", "f", "Weird"), List(self, 0))
                .Select((ks, n, a) => (Selectable)new FunctionSelectable(ks, n, a))));

    private static readonly Gen<UsingClause> Using = Gen.Select(Integer.Null(), Integer.Null(), Gen.Bool)
        .Select((ts, ttl, first) => new UsingClause(ts, ttl, ttl is not null && (ts is null || first)));

    private static readonly Gen<Sequence<Ordering>> Order = List(Gen.Select(Name, Gen.Bool).Select((n, d) => new Ordering(n, d)), 0);

    private static readonly Gen<ColumnDefinition> Column =
        Gen.Select(Name, Type, Gen.Bool, Gen.Bool).Select((n, t, s, k) => new ColumnDefinition(n, t, s, k));

    private static readonly Gen<OptionText> Text = Gen.OneOf(
        String.Select(s => new OptionText(s, LiteralKind.String)),
        Gen.UInt.Select(n => new OptionText(n.ToString(System.Globalization.CultureInfo.InvariantCulture), LiteralKind.Integer)),
        Of("true", "false").Select(b => new OptionText(b, LiteralKind.Boolean)));

    private static readonly Gen<OptionSyntax> Option = Gen.OneOf(
        Gen.Select(Name, Text).Select((n, t) => new OptionSyntax(n, t, null)),
        Gen.Select(Name, List(Gen.Select(Text, Text).Select((k, v) => new OptionEntry(k, v)), 0))
            .Select((n, m) => new OptionSyntax(n, null, m)));

    private static readonly Gen<Statement> Insert = Gen.Select(Table, List(Name, 1), List(AnyTerm, 1), Gen.Bool, Using)
        .Select((t, c, v, i, u) => (Statement)new InsertStatement(t, c, v, i, u));

    private static readonly Gen<Assignment> Assignment = Gen.Select(Name, Gen.Enum<AssignmentKind>(), AnyTerm, AnyTerm)
        .Select((c, k, v, e) => new Assignment(c, k, v, k == AssignmentKind.SetElement ? e : null));

    private static readonly Gen<Condition?> If = List(Relation, 0).Select(r => new Condition(r)).Null();

    private static readonly Gen<Statement> Update = Gen.Select(Table, Using, List(Assignment, 1), List(Relation, 1), If)
        .Select((t, u, a, w, i) => (Statement)new UpdateStatement(t, u, a, w, i));

    private static readonly Gen<Statement> Delete = Gen.Select(
            Table, List(Gen.Select(Name, AnyTerm.Null()).Select((c, e) => new Deletion(c, e)), 0), Integer.Null(), List(Relation, 1), If)
        .Select((t, d, ts, w, i) => (Statement)new DeleteStatement(t, d, new UsingClause(ts, null, false), w, i));

    private static readonly Gen<Statement> Select = Gen.Select(
            Gen.Select(Table, Gen.Bool, List(Gen.Select(Selectable, Name.Null()).Select((s, a) => new Selector(s, a)), 0)),
            Gen.Select(List(Relation, 0), Order, Integer.Null(), Integer.Null(), Gen.Bool))
        .Select((head, tail) => (Statement)new SelectStatement(
            head.Item1, head.Item2, head.Item3, tail.Item1, tail.Item2, tail.Item3, tail.Item4, tail.Item5));

    private static readonly Gen<Statement> Create = Gen.Select(
            Gen.Select(Table, Gen.Bool, List(Column, 1)),
            Gen.Select(
                List(Gen.Select(List(Name, 1), List(Name, 0)).Select((p, c) => new PrimaryKeyDefinition(p, c)), 0),
                Order, Gen.Bool, List(Option, 0)))
        .Select((head, tail) => (Statement)new CreateTableStatement(
            head.Item1, head.Item2, head.Item3, tail.Item1, tail.Item2, tail.Item3, tail.Item4));

    private static readonly Gen<Statement> Schema = Gen.OneOf(
        Create,
        Gen.Select(Name, Gen.Bool, List(Option, 1)).Select((n, i, o) => (Statement)new CreateKeyspaceStatement(n, i, o)),
        Gen.Select(Name, List(Option, 1)).Select((n, o) => (Statement)new AlterKeyspaceStatement(n, o)),
        Gen.Select(Name, Gen.Bool).Select((n, i) => (Statement)new DropKeyspaceStatement(n, i)),
        Gen.Select(Table, Gen.Bool).Select((t, i) => (Statement)new DropTableStatement(t, i)),
        Gen.Select(Table, List(Column.Select(c => c with { IsPrimaryKey = false }), 1))
            .Select((t, c) => (Statement)new AlterTableStatement(t, c, [], [])),
        Gen.Select(Table, List(Name, 1)).Select((t, c) => (Statement)new AlterTableStatement(t, [], c, [])),
        Gen.Select(Table, List(Option, 1)).Select((t, o) => (Statement)new AlterTableStatement(t, [], [], o)));

    private static readonly Gen<Statement> Batch = Gen.Select(Gen.Enum<BatchKind>(), Using, List(Gen.OneOf(Insert, Update, Delete), 0))
        .Select((k, u, s) => (Statement)new BatchStatement(k, u, s));

    public static readonly Gen<Statement> Any = Gen.OneOf(
        Select, Insert, Update, Delete, Schema, Batch,
        Name.Select(n => (Statement)new UseStatement(n)),
        Table.Select(t => (Statement)new TruncateStatement(t)));

    private static Gen<Sequence<T>> List<T>(Gen<T> item, int least) => item.List[least, 3].Select(i => new Sequence<T>(i));

    private static Gen<T> Of<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);
}
