namespace Holdfast.Lab.Cql.Syntax;

/// <summary>
/// The language: a recursive-descent grammar over <see cref="Lexer"/>'s tokens, after Cassandra 4.0's own (src/antlr).
/// <see cref="Parse"/> gives a tree or throws a <see cref="CqlException"/>, whatever the text.
/// </summary>
internal static class Parser
{
    public static ParsedStatement Parse(string query)
    {
        TokenReader reader = new(query);
        Statement statement = Statement(reader);
        while (reader.TakeSymbol(";"))
        {
            // Any number of semicolons may end a statement.
        }

        reader.ExpectEnd();
        return new ParsedStatement(statement, reader.MarkerCount);
    }

    private static Statement Statement(TokenReader reader)
    {
        TermParser terms = new(reader);
        RelationParser relations = new(reader, terms);
        return reader.Current.Keyword switch
        {
            "SELECT" => new SelectParser(reader, terms, relations).Select(),
            "INSERT" => new RowStatementParser(reader, terms, relations).Insert(),
            "UPDATE" => new RowStatementParser(reader, terms, relations).Update(),
            "DELETE" => new RowStatementParser(reader, terms, relations).Delete(),
            "BEGIN" => new RowStatementParser(reader, terms, relations).Batch(),
            "TRUNCATE" => new RowStatementParser(reader, terms, relations).Truncate(),
            "USE" => Use(reader, terms),
            "CREATE" => new SchemaStatementParser(reader, terms).Create(),
            "ALTER" => new SchemaStatementParser(reader, terms).Alter(),
            "DROP" => new SchemaStatementParser(reader, terms).Drop(),
            "GRANT" or "REVOKE" or "LIST" or "DESCRIBE" =>
                throw CqlException.Invalid($"{reader.Current.Keyword} is not part of the lab"),
            _ => throw reader.NoViableAlternative(),
        };
    }

    private static UseStatement Use(TokenReader reader, TermParser terms)
    {
        reader.ExpectKeyword("USE");
        return new UseStatement(terms.Name("keyspace"));
    }
}

/// <param name="Statement">The tree.</param>
/// <param name="MarkerCount">How many bind markers it has.</param>
internal sealed record ParsedStatement(Statement Statement, int MarkerCount);
