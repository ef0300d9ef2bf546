namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Rules for SELECT.</summary>
internal sealed class SelectParser(TokenReader reader, TermParser terms, RelationParser relations)
{
    private const int DepthMax = 100;

    private int _depth;

    public SelectStatement Select()
    {
        reader.ExpectKeyword("SELECT");
        if (reader.Current.IsKeyword("JSON") && StartsSelection(reader.Following(1)))
        {
            throw CqlException.Invalid("SELECT JSON is not part of the lab");
        }

        // distinct is also a column's possible name: "SELECT distinct FROM t".
        bool isDistinct = reader.Current.IsKeyword("DISTINCT") && StartsSelection(reader.Following(1));
        _ = isDistinct ? reader.Take() : default;
        Sequence<Selector> selectors = reader.TakeSymbol("*") ? [] : reader.Separated(Selector);
        reader.ExpectKeyword("FROM");
        TableName table = terms.Table();
        Sequence<Relation> where = reader.TakeKeyword("WHERE") ? relations.Where() : [];
        RefuseGrouping();
        Sequence<Ordering> orderings = OrderBy();
        Term? perPartition = PerPartitionLimit();
        Term? limit = reader.TakeKeyword("LIMIT") ? terms.Integer() : null;
        bool allowFiltering = reader.TakeKeyword("ALLOW");
        if (allowFiltering)
        {
            reader.ExpectKeyword("FILTERING");
        }

        return new SelectStatement(table, isDistinct, selectors, where, orderings, perPartition, limit, allowFiltering);
    }

    private static bool StartsSelection(Token token) =>
        token.Kind is not (TokenKind.Symbol or TokenKind.End)
            ? token.Keyword is not ("FROM" or "AS")
            : token.Text is "*" or "(" or ":" or "-";

    private Selector Selector()
    {
        Selectable value = Selectable();
        string? alias = reader.TakeKeyword("AS") ? terms.Name() : null;
        return new Selector(value, alias);
    }

    private Selectable Selectable()
    {
        if (++_depth > DepthMax)
        {
            throw CqlException.Syntax("Failed parsing statement: nested too deeply");
        }

        Selectable selectable = SimpleSelectable();
        _depth--;
        return selectable;
    }

    private Selectable SimpleSelectable()
    {
        Token token = reader.Current;
        bool isCall = reader.Following(1).IsSymbol("(");
        switch (token.Keyword)
        {
            case "COUNT" when isCall && reader.Following(2).IsSymbol("*"):
                reader.Take();
                reader.Take();
                reader.Take();
                reader.ExpectSymbol(")");
                return new CountRowsSelectable();
            case "WRITETIME" when isCall:
                return new WriteTimeSelectable(ColumnArgument());
            case "TTL" when isCall:
                return new TtlSelectable(ColumnArgument());
            case "CAST" when isCall:
                throw CqlException.Invalid("CAST is not part of the lab");
            default:
                break;
        }

        if (isCall && TermParser.MayNameFunction(token))
        {
            return Function(null);
        }

        bool isQualifiedCall = TermParser.IsName(token) && reader.Following(1).IsSymbol(".") && reader.Following(3).IsSymbol("(");
        if (isQualifiedCall && TermParser.MayNameFunction(reader.Following(2)))
        {
            string keyspace = terms.Name();
            reader.Take();
            return Function(keyspace);
        }

        if (TermParser.IsName(token))
        {
            return new ColumnSelectable(terms.Name());
        }

        Term? term = terms.IsMarker() ? terms.Marker() : terms.Constant();
        return term is null ? throw reader.NoViableAlternative() : new TermSelectable(term);
    }

    private string ColumnArgument()
    {
        reader.Take();
        reader.ExpectSymbol("(");
        string column = terms.Name();
        reader.ExpectSymbol(")");
        return column;
    }

    private FunctionSelectable Function(string? keyspace)
    {
        string name = terms.FunctionName();
        reader.ExpectSymbol("(");
        Sequence<Selectable> arguments = reader.Current.IsSymbol(")") ? [] : reader.Separated(Selectable);
        reader.ExpectSymbol(")");
        return new FunctionSelectable(keyspace, name, arguments);
    }

    private void RefuseGrouping()
    {
        if (reader.Current.IsKeyword("GROUP"))
        {
            throw CqlException.Invalid("GROUP BY is not part of the lab");
        }
    }

    private Sequence<Ordering> OrderBy()
    {
        if (!reader.TakeKeyword("ORDER"))
        {
            return [];
        }

        reader.ExpectKeyword("BY");
        return reader.Separated(() => Ordering(reader, terms));
    }

    public static Ordering Ordering(TokenReader reader, TermParser terms)
    {
        string column = terms.Name();
        bool isDescending = reader.TakeKeyword("DESC");
        _ = !isDescending && reader.TakeKeyword("ASC");
        return new Ordering(column, isDescending);
    }

    private Term? PerPartitionLimit()
    {
        if (!reader.TakeKeyword("PER"))
        {
            return null;
        }

        reader.ExpectKeyword("PARTITION");
        reader.ExpectKeyword("LIMIT");
        return terms.Integer();
    }
}
