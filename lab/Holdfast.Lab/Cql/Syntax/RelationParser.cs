namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Rules for what follows WHERE.</summary>
internal sealed class RelationParser(TokenReader reader, TermParser terms)
{
    private const int DepthMax = 100;

    public Sequence<Relation> Where()
    {
        List<Relation> relations = [];
        do
        {
            relations.Add(Relation(0));
        }
        while (reader.TakeKeyword("AND"));

        return new Sequence<Relation>(relations);
    }

    private Relation Relation(int depth)
    {
        if (reader.Current.IsKeyword("TOKEN"))
        {
            reader.Take();
            Sequence<string> columns = Names();
            return new Relation(columns, true, Comparison(), [terms.Term()]);
        }

        if (reader.Current.IsSymbol("("))
        {
            return Parenthesized(depth);
        }

        string column = terms.Name();
        return SingleColumn(column);
    }

    private Relation SingleColumn(string column)
    {
        if (reader.TakeKeyword("IN"))
        {
            return In([column]);
        }

        if (reader.TakeKeyword("CONTAINS"))
        {
            // In "CONTAINS key.f()" the word is a keyspace.
            RelationOperator contains = !reader.Following(1).IsSymbol(".") && reader.TakeKeyword("KEY")
                ? RelationOperator.ContainsKey
                : RelationOperator.Contains;
            return new Relation([column], false, contains, [terms.Term()]);
        }

        if (reader.TakeKeyword("LIKE"))
        {
            return new Relation([column], false, RelationOperator.Like, [terms.Term()]);
        }

        if (reader.TakeKeyword("IS"))
        {
            reader.ExpectKeyword("NOT");
            reader.ExpectKeyword("NULL");
            return new Relation([column], false, RelationOperator.IsNotNull, [Literal.Null]);
        }

        return new Relation([column], false, Comparison(), [terms.Term()]);
    }

    /// <summary>A relation in parentheses, or one on a tuple of columns.</summary>
    private Relation Parenthesized(int depth)
    {
        bool isTuple = TermParser.IsName(reader.Following(1)) && reader.Following(2) is { Kind: TokenKind.Symbol, Text: "," or ")" };
        if (isTuple)
        {
            Sequence<string> columns = Names();
            return reader.TakeKeyword("IN") ? In(columns) : new Relation(columns, false, Comparison(), [terms.Term()]);
        }

        if (depth >= DepthMax)
        {
            throw CqlException.Syntax("Failed parsing statement: nested too deeply");
        }

        reader.Take();
        Relation inner = Relation(depth + 1);
        reader.ExpectSymbol(")");
        return inner;
    }

    private Relation In(Sequence<string> columns)
    {
        if (terms.IsMarker())
        {
            return new Relation(columns, false, RelationOperator.In, [terms.Marker()], IsInMarker: true);
        }

        if (!reader.TakeSymbol("("))
        {
            throw reader.NoViableAlternative();
        }

        Sequence<Term> values = reader.Current.IsSymbol(")") ? [] : reader.Separated(terms.Term);
        reader.ExpectSymbol(")");
        return new Relation(columns, false, RelationOperator.In, values);
    }

    private Sequence<string> Names()
    {
        reader.ExpectSymbol("(");
        Sequence<string> names = reader.Separated(terms.Name);
        reader.ExpectSymbol(")");
        return names;
    }

    private RelationOperator Comparison()
    {
        Token token = reader.Current;
        RelationOperator? comparison = token.Kind != TokenKind.Symbol ? null : token.Text switch
        {
            "=" => RelationOperator.Equal,
            "!=" => RelationOperator.NotEqual,
            "<" => RelationOperator.Less,
            "<=" => RelationOperator.LessOrEqual,
            ">" => RelationOperator.Greater,
            ">=" => RelationOperator.GreaterOrEqual,
            _ => null,
        };
        if (comparison is not { } known)
        {
            throw reader.NoViableAlternative();
        }

        reader.Take();
        return known;
    }
}
