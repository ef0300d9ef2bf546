namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Rules for CREATE, ALTER and DROP of keyspaces and tables.</summary>
internal sealed class SchemaStatementParser(TokenReader reader, TermParser terms)
{
    public Statement Create()
    {
        switch (reader.Following(1).Keyword)
        {
            case "KEYSPACE" or "SCHEMA":
                Skip(2);
                bool keyspaceIfNotExists = RowStatementParser.IfNotExists(reader);
                string keyspace = terms.Name("keyspace");
                reader.ExpectKeyword("WITH");
                return new CreateKeyspaceStatement(keyspace, keyspaceIfNotExists, Options());
            case "TABLE" or "COLUMNFAMILY":
                Skip(2);
                return CreateTable();
            case "INDEX" or "CUSTOM" or "MATERIALIZED" or "TYPE" or "FUNCTION" or "AGGREGATE" or "TRIGGER" or "ROLE" or "USER" or "OR":
                throw NotHere("CREATE", reader.Following(1));
            default:
                throw reader.NoViableAlternative(1);
        }
    }

    public Statement Alter()
    {
        switch (reader.Following(1).Keyword)
        {
            case "KEYSPACE" or "SCHEMA":
                Skip(2);
                string keyspace = terms.Name("keyspace");
                reader.ExpectKeyword("WITH");
                return new AlterKeyspaceStatement(keyspace, Options());
            case "TABLE" or "COLUMNFAMILY":
                Skip(2);
                return AlterTable();
            case "MATERIALIZED" or "TYPE" or "ROLE" or "USER":
                throw NotHere("ALTER", reader.Following(1));
            default:
                throw reader.NoViableAlternative(1);
        }
    }

    public Statement Drop()
    {
        switch (reader.Following(1).Keyword)
        {
            case "KEYSPACE" or "SCHEMA":
                Skip(2);
                bool ifKeyspaceExists = IfExists();
                return new DropKeyspaceStatement(terms.Name("keyspace"), ifKeyspaceExists);
            case "TABLE" or "COLUMNFAMILY":
                Skip(2);
                bool ifExists = IfExists();
                return new DropTableStatement(terms.Table(), ifExists);
            case "INDEX" or "MATERIALIZED" or "TYPE" or "FUNCTION" or "AGGREGATE" or "TRIGGER" or "ROLE" or "USER":
                throw NotHere("DROP", reader.Following(1));
            default:
                throw reader.NoViableAlternative(1);
        }
    }

    private static CqlException NotHere(string verb, Token what) =>
        CqlException.Invalid($"{verb} {what.Keyword} is not part of the lab");

    private void Skip(int count)
    {
        for (int i = 0; i < count; i++)
        {
            reader.Take();
        }
    }

    private bool IfExists()
    {
        if (!reader.TakeKeyword("IF"))
        {
            return false;
        }

        reader.ExpectKeyword("EXISTS");
        return true;
    }

    private CreateTableStatement CreateTable()
    {
        bool ifNotExists = RowStatementParser.IfNotExists(reader);
        TableName table = terms.Table();
        reader.ExpectSymbol("(");
        List<ColumnDefinition> columns = [];
        List<PrimaryKeyDefinition> keys = [];
        ColumnOrKey(columns, keys);
        while (reader.TakeSymbol(","))
        {
            // A comma may be left over before the closing parenthesis.
            if (!reader.Current.IsSymbol(")") && !reader.Current.IsSymbol(","))
            {
                ColumnOrKey(columns, keys);
            }
        }

        reader.ExpectSymbol(")");
        TableOptions options = reader.TakeKeyword("WITH") ? TableOptions() : new TableOptions([], false, []);
        return new CreateTableStatement(
            table, ifNotExists, new(columns), new(keys), options.Order, options.Compact, options.Others);
    }

    private void ColumnOrKey(List<ColumnDefinition> columns, List<PrimaryKeyDefinition> keys)
    {
        if (!reader.TakeKeyword("PRIMARY"))
        {
            columns.Add(Column(mayBeKey: true));
            return;
        }

        reader.ExpectKeyword("KEY");
        reader.ExpectSymbol("(");
        Sequence<string> partition;
        if (reader.TakeSymbol("("))
        {
            partition = reader.Separated(terms.Name);
            reader.ExpectSymbol(")");
        }
        else
        {
            partition = [terms.Name()];
        }

        Sequence<string> clustering = reader.TakeSymbol(",") ? reader.Separated(terms.Name) : [];
        reader.ExpectSymbol(")");
        keys.Add(new PrimaryKeyDefinition(partition, clustering));
    }

    private ColumnDefinition Column(bool mayBeKey)
    {
        string name = terms.Name();
        TypeSyntax type = terms.Type();
        bool isStatic = reader.TakeKeyword("STATIC");
        bool isKey = mayBeKey && reader.TakeKeyword("PRIMARY");
        if (isKey)
        {
            reader.ExpectKeyword("KEY");
        }

        return new ColumnDefinition(name, type, isStatic, isKey);
    }

    private TableOptions TableOptions()
    {
        List<OptionSyntax> options = [];
        Sequence<Ordering> order = [];
        bool compact = false;
        do
        {
            if (reader.Current.IsKeyword("CLUSTERING") && reader.Following(1).IsKeyword("ORDER"))
            {
                Skip(2);
                reader.ExpectKeyword("BY");
                reader.ExpectSymbol("(");
                order = reader.Separated(() => SelectParser.Ordering(reader, terms));
                reader.ExpectSymbol(")");
            }
            else if (reader.Current.IsKeyword("COMPACT") && reader.Following(1).IsKeyword("STORAGE"))
            {
                Skip(2);
                compact = true;
            }
            else
            {
                options.Add(Option());
            }
        }
        while (reader.TakeKeyword("AND"));

        return new TableOptions(order, compact, new Sequence<OptionSyntax>(options));
    }

    private AlterTableStatement AlterTable()
    {
        TableName table = terms.Table();
        if (reader.TakeKeyword("WITH"))
        {
            return new AlterTableStatement(table, [], [], Options());
        }

        if (reader.TakeKeyword("ADD"))
        {
            return new AlterTableStatement(table, OneOrMore(() => Column(mayBeKey: false)), [], []);
        }

        return reader.TakeKeyword("DROP")
            ? new AlterTableStatement(table, [], OneOrMore(terms.Name), [])
            : throw reader.NoViableAlternative();
    }

    private Sequence<T> OneOrMore<T>(Func<T> item)
    {
        bool isParenthesized = reader.TakeSymbol("(");
        Sequence<T> items = reader.Separated(item);
        if (isParenthesized)
        {
            reader.ExpectSymbol(")");
        }

        return items;
    }

    private Sequence<OptionSyntax> Options()
    {
        List<OptionSyntax> options = [];
        do
        {
            options.Add(Option());
        }
        while (reader.TakeKeyword("AND"));

        return new Sequence<OptionSyntax>(options);
    }

    private OptionSyntax Option()
    {
        string name = terms.Name();
        reader.ExpectSymbol("=");
        if (!reader.Current.IsSymbol("{"))
        {
            return new OptionSyntax(name, OptionText(name), null);
        }

        Term map = terms.Term();
        return map switch
        {
            MapLiteral literal => new OptionSyntax(name, null, new(literal.Entries.Select(Entry))),
            SetLiteral { Items.Count: 0 } => new OptionSyntax(name, null, []),
            _ => throw reader.NoViableAlternative(),
        };
    }

    private OptionText OptionText(string name)
    {
        if (terms.IsMarker())
        {
            Marker marker = terms.Marker();
            throw CqlException.Syntax($"Invalid property value: {marker} for property: {name}{BindNote(marker)}");
        }

        if (terms.Constant() is { Kind: not LiteralKind.Null } literal)
        {
            return new OptionText(literal.Text, literal.Kind);
        }

        return reader.Current.Keyword is not null && TermParser.IsName(reader.Current)
            ? new OptionText(terms.Name(), null)
            : throw reader.NoViableAlternative();
    }

    private static OptionEntry Entry(MapEntry entry)
    {
        OptionText key = Constant(entry.Key)
            ?? throw CqlException.Syntax($"Invalid property name: {entry.Key}{BindNote(entry.Key)}");
        OptionText value = Constant(entry.Value)
            ?? throw CqlException.Syntax($"Invalid property value: {entry.Value} for property: {entry.Key}{BindNote(entry.Value)}");
        return new OptionEntry(key, value);
    }

    private static OptionText? Constant(Term term) =>
        term is Literal { Kind: not LiteralKind.Null } literal ? new OptionText(literal.Text, literal.Kind) : null;

    private static string BindNote(Term term) => term is Marker ? " (bind variables are not supported in DDL queries)" : "";
}

internal sealed record TableOptions(Sequence<Ordering> Order, bool Compact, Sequence<OptionSyntax> Others);
