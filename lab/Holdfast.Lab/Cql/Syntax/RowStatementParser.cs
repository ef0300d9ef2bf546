namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Rules for INSERT, UPDATE, DELETE, BATCH and TRUNCATE.</summary>
internal sealed class RowStatementParser(TokenReader reader, TermParser terms, RelationParser relations)
{
    public InsertStatement Insert()
    {
        reader.ExpectKeyword("INSERT");
        reader.ExpectKeyword("INTO");
        TableName table = terms.Table();
        if (reader.Current.IsKeyword("JSON"))
        {
            throw CqlException.Invalid("INSERT JSON is not part of the lab");
        }

        if (!reader.TakeSymbol("("))
        {
            throw reader.NoViableAlternative();
        }

        Sequence<string> columns = reader.Separated(terms.Name);
        reader.ExpectSymbol(")");
        reader.ExpectKeyword("VALUES");
        reader.ExpectSymbol("(");
        Sequence<Term> values = reader.Separated(terms.Term);
        reader.ExpectSymbol(")");
        bool ifNotExists = IfNotExists(reader);
        return new InsertStatement(table, columns, values, ifNotExists, Using(withTtl: true));
    }

    public UpdateStatement Update()
    {
        reader.ExpectKeyword("UPDATE");
        TableName table = terms.Table();
        UsingClause clause = Using(withTtl: true);
        reader.ExpectKeyword("SET");
        Sequence<Assignment> assignments = reader.Separated(Assignment);
        reader.ExpectKeyword("WHERE");
        return new UpdateStatement(table, clause, assignments, relations.Where(), If());
    }

    public DeleteStatement Delete()
    {
        reader.ExpectKeyword("DELETE");
        Sequence<Deletion> selections = reader.Current.IsKeyword("FROM") ? [] : reader.Separated(Deletion);
        reader.ExpectKeyword("FROM");
        TableName table = terms.Table();
        UsingClause clause = Using(withTtl: false);
        reader.ExpectKeyword("WHERE");
        return new DeleteStatement(table, selections, clause, relations.Where(), If());
    }

    public BatchStatement Batch()
    {
        reader.ExpectKeyword("BEGIN");
        BatchKind kind = reader.TakeKeyword("UNLOGGED") ? BatchKind.Unlogged
            : reader.TakeKeyword("COUNTER") ? BatchKind.Counter
            : BatchKind.Logged;
        reader.ExpectKeyword("BATCH");
        UsingClause clause = Using(withTtl: true);
        List<Statement> statements = [];
        while (!reader.Current.IsKeyword("APPLY"))
        {
            statements.Add(reader.Current.Keyword switch
            {
                "INSERT" => Insert(),
                "UPDATE" => Update(),
                "DELETE" => Delete(),
                _ => throw reader.Mismatched("K_APPLY"),
            });
            reader.TakeSymbol(";");
        }

        reader.ExpectKeyword("APPLY");
        reader.ExpectKeyword("BATCH");
        return new BatchStatement(kind, clause, new Sequence<Statement>(statements));
    }

    public TruncateStatement Truncate()
    {
        reader.ExpectKeyword("TRUNCATE");
        _ = reader.TakeKeyword("TABLE") || reader.TakeKeyword("COLUMNFAMILY");
        return new TruncateStatement(terms.Table());
    }

    public static bool IfNotExists(TokenReader reader)
    {
        if (!reader.TakeKeyword("IF"))
        {
            return false;
        }

        reader.ExpectKeyword("NOT");
        reader.ExpectKeyword("EXISTS");
        return true;
    }

    /// <summary>Later objectives of the same kind replace earlier ones, as in Cassandra.</summary>
    private UsingClause Using(bool withTtl)
    {
        UsingClause clause = UsingClause.None;
        if (!reader.TakeKeyword("USING"))
        {
            return clause;
        }

        do
        {
            if (reader.TakeKeyword("TIMESTAMP"))
            {
                clause = clause with { Timestamp = terms.Integer() };
            }
            else if (!withTtl)
            {
                throw reader.Mismatched("K_TIMESTAMP");
            }
            else if (reader.TakeKeyword("TTL"))
            {
                clause = clause with { TtlFirst = clause.Timestamp is null, TimeToLive = terms.Integer() };
            }
            else
            {
                throw reader.NoViableAlternative();
            }
        }
        while (withTtl && reader.TakeKeyword("AND"));

        return clause;
    }

    private Assignment Assignment()
    {
        string column = terms.Name();
        if (reader.TakeSymbol("+="))
        {
            return new Assignment(column, AssignmentKind.Add, terms.Term());
        }

        if (reader.TakeSymbol("-="))
        {
            return new Assignment(column, AssignmentKind.Subtract, terms.Term());
        }

        if (reader.TakeSymbol("["))
        {
            Term element = terms.Term();
            reader.ExpectSymbol("]");
            reader.ExpectSymbol("=");
            return new Assignment(column, AssignmentKind.SetElement, terms.Term(), element);
        }

        if (!reader.TakeSymbol("="))
        {
            throw reader.NoViableAlternative();
        }

        return AssignedExpression(column);
    }

    private Assignment AssignedExpression(string column)
    {
        bool isColumn = TermParser.IsName(reader.Current) && !reader.Following(1).IsSymbol("(") && !reader.Following(1).IsSymbol(".");
        if (!isColumn)
        {
            Term value = terms.Term();
            if (!reader.TakeSymbol("+"))
            {
                return new Assignment(column, AssignmentKind.Set, value);
            }

            RequireSame(column, terms.Name(), "Only expressions of the form X = <value> + X are supported.");
            return new Assignment(column, AssignmentKind.Prepend, value);
        }

        // "c = c -3" reaches the parser as c, =, c and the integer -3.
        bool isAddedInteger = reader.Following(1) is { Kind: TokenKind.Integer } next && next.Text[0] == '-';
        if (!isAddedInteger && !reader.Following(1).IsSymbol("+") && !reader.Following(1).IsSymbol("-"))
        {
            throw reader.NoViableAlternative(1);
        }

        string other = terms.Name();
        string sign = isAddedInteger ? "+" : reader.Take().Text;
        RequireSame(column, other, $"Only expressions of the form X = X {sign}<value> are supported.");
        return new Assignment(column, sign == "+" ? AssignmentKind.Add : AssignmentKind.Subtract, terms.Term());
    }

    private static void RequireSame(string column, string other, string message)
    {
        if (column != other)
        {
            throw CqlException.Syntax(message);
        }
    }

    private Deletion Deletion()
    {
        string column = terms.Name();
        if (!reader.TakeSymbol("["))
        {
            return new Deletion(column, null);
        }

        Term element = terms.Term();
        reader.ExpectSymbol("]");
        return new Deletion(column, element);
    }

    private Condition? If()
    {
        if (!reader.TakeKeyword("IF"))
        {
            return null;
        }

        bool isExists = reader.Current.IsKeyword("EXISTS") && reader.Following(1) is { Kind: TokenKind.End } or { Text: ";" };
        if (isExists)
        {
            reader.Take();
            return new Condition([]);
        }

        return new Condition(relations.Where());
    }
}
