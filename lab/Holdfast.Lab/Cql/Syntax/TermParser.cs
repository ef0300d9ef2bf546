namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Rules for names, values and types.</summary>
internal sealed class TermParser(TokenReader reader)
{
    /// <summary>Deeper nesting is refused: a client must not be able to exhaust the stack.</summary>
    private const int DepthMax = 100;

    private int _depth;

    public string Name()
    {
        Token token = reader.Current;
        if (!IsName(token))
        {
            throw reader.NoViableAlternative();
        }

        reader.Take();
        return token.Kind == TokenKind.QuotedName ? token.Text : token.Text.ToLowerInvariant();
    }

    /// <summary>A name of a keyspace or table, for which a marker has an error of its own.</summary>
    public string Name(string what) =>
        reader.Current.Kind == TokenKind.QuestionMark
            ? throw CqlException.Syntax($"Bind variables cannot be used for {what} names")
            : Name();

    public TableName Table()
    {
        string first = Name("table");
        return reader.TakeSymbol(".") ? new TableName(first, Name("table")) : new TableName(null, first);
    }

    public static bool IsName(Token token) =>
        token.Kind == TokenKind.QuotedName
        || (token.Kind == TokenKind.Identifier && (token.Keyword is null || !Keywords.IsReserved(token.Keyword)));

    public Term Term()
    {
        if (++_depth > DepthMax)
        {
            throw CqlException.Syntax("Failed parsing statement: nested too deeply");
        }

        Term term = Simple();
        _depth--;
        return term;
    }

    private Term Simple()
    {
        Token token = reader.Current;
        if (Constant() is { } constant)
        {
            return constant;
        }

        if (IsMarker())
        {
            return Marker();
        }

        if (reader.TakeSymbol("["))
        {
            Sequence<Term> items = reader.Current.IsSymbol("]") ? [] : reader.Separated(Term);
            reader.ExpectSymbol("]");
            return new ListLiteral(items);
        }

        if (reader.TakeSymbol("{"))
        {
            return Braces();
        }

        return token.IsSymbol("(") ? Parenthesized() : Function();
    }

    /// <summary>An integer or a marker: what LIMIT, TTL and TIMESTAMP take.</summary>
    public Term Integer()
    {
        if (IsMarker())
        {
            return Marker();
        }

        return reader.Current.Kind == TokenKind.Integer
            ? new Literal(LiteralKind.Integer, reader.Take().Text)
            : throw reader.NoViableAlternative();
    }

    public bool IsMarker() => reader.Current.Kind == TokenKind.QuestionMark || reader.Current.IsSymbol(":");

    public Marker Marker()
    {
        string? name = reader.Take().Kind == TokenKind.QuestionMark ? null : Name();
        return new Marker(reader.NextMarker(), name);
    }

    public Literal? Constant()
    {
        Token token = reader.Current;
        LiteralKind? kind = token.Kind switch
        {
            TokenKind.String => LiteralKind.String,
            TokenKind.Integer => LiteralKind.Integer,
            TokenKind.Float => LiteralKind.Float,
            TokenKind.Boolean => LiteralKind.Boolean,
            TokenKind.Duration => LiteralKind.Duration,
            TokenKind.Uuid => LiteralKind.Uuid,
            TokenKind.Hex => LiteralKind.Hex,
            _ => null,
        };
        if (kind is { } known)
        {
            reader.Take();
            return new Literal(known, token.Text);
        }

        if (reader.TakeKeyword("NULL"))
        {
            return Literal.Null;
        }

        bool isNegative = token.IsSymbol("-");
        string? word = (isNegative ? reader.Following(1) : token).Keyword;
        if (word is not ("NAN" or "INFINITY"))
        {
            return null;
        }

        reader.Take();
        _ = isNegative ? reader.Take() : default;
        string text = word == "NAN" ? "NaN" : isNegative ? "-Infinity" : "Infinity";
        return new Literal(LiteralKind.Float, text);
    }

    /// <summary>A set, or a map, whose opening brace has been read.</summary>
    private Term Braces()
    {
        if (reader.TakeSymbol("}"))
        {
            return new SetLiteral([]);
        }

        Term first = Term();
        if (!reader.TakeSymbol(":"))
        {
            List<Term> items = [first];
            while (reader.TakeSymbol(","))
            {
                items.Add(Term());
            }

            reader.ExpectSymbol("}");
            return new SetLiteral(new Sequence<Term>(items));
        }

        List<MapEntry> entries = [new MapEntry(first, Term())];
        while (reader.TakeSymbol(","))
        {
            Term key = Term();
            reader.ExpectSymbol(":");
            entries.Add(new MapEntry(key, Term()));
        }

        reader.ExpectSymbol("}");
        return new MapLiteral(new Sequence<MapEntry>(entries));
    }

    /// <summary><c>(type) value</c>, or a tuple.</summary>
    private Term Parenthesized()
    {
        reader.ExpectSymbol("(");
        Token first = reader.Current;
        bool isCast = first.Keyword is { } word
            && (Keywords.IsType(word) ? reader.Following(1).IsSymbol(")") : StartsParametricType(first));
        if (isCast)
        {
            TypeSyntax type = Type();
            reader.ExpectSymbol(")");
            return new CastTerm(type, Term());
        }

        Sequence<Term> items = reader.Separated(Term);
        reader.ExpectSymbol(")");
        return new TupleLiteral(items);
    }

    private FunctionCall Function()
    {
        int ahead = 0;
        string? keyspace = null;
        if (IsName(reader.Current) && reader.Following(1).IsSymbol("."))
        {
            ahead = 2;
        }

        if (!MayNameFunction(reader.Following(ahead)))
        {
            throw reader.NoViableAlternative(ahead);
        }

        if (!reader.Following(ahead + 1).IsSymbol("("))
        {
            throw reader.NoViableAlternative(ahead + 1);
        }

        if (ahead > 0)
        {
            keyspace = Name();
            reader.Take();
        }

        string name = FunctionName();
        reader.ExpectSymbol("(");
        Sequence<Term> arguments = reader.Current.IsSymbol(")") ? [] : reader.Separated(Term);
        reader.ExpectSymbol(")");
        return new FunctionCall(keyspace, name, arguments);
    }

    public static bool MayNameFunction(Token token) =>
        token.Kind == TokenKind.QuotedName
        || (token.Kind == TokenKind.Identifier && (token.Keyword is null || Keywords.MayNameFunction(token.Keyword)));

    public string FunctionName()
    {
        Token token = reader.Take();
        return token.Kind == TokenKind.QuotedName ? token.Text : token.Text.ToLowerInvariant();
    }

    public TypeSyntax Type()
    {
        if (++_depth > DepthMax)
        {
            throw CqlException.Syntax("Failed parsing statement: nested too deeply");
        }

        TypeSyntax type = SimpleType();
        _depth--;
        return type;
    }

    private TypeSyntax SimpleType()
    {
        Token token = reader.Current;
        if (StartsParametricType(token))
        {
            string name = reader.Take().Text.ToLowerInvariant();
            reader.ExpectSymbol("<");
            Sequence<TypeSyntax> arguments = name switch
            {
                "map" => MapArguments(),
                "tuple" => reader.Separated(Type),
                _ => [Type()],
            };
            reader.ExpectSymbol(">");
            return new TypeSyntax(null, name, arguments);
        }

        if (token.Kind == TokenKind.String)
        {
            throw CqlException.Syntax($"Cannot parse type {token.Text}: custom types are not part of the lab");
        }

        string first = Name();
        return reader.TakeSymbol(".") ? new TypeSyntax(first, Name(), []) : new TypeSyntax(null, first, []);
    }

    private bool StartsParametricType(Token token) =>
        token.Keyword is "LIST" or "SET" or "MAP" or "TUPLE" or "FROZEN" && reader.Following(1).IsSymbol("<");

    private Sequence<TypeSyntax> MapArguments()
    {
        TypeSyntax key = Type();
        reader.ExpectSymbol(",");
        return [key, Type()];
    }
}
