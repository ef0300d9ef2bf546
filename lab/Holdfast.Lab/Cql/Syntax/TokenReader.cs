namespace Holdfast.Lab.Cql.Syntax;

/// <summary>A place in a query's tokens, and what every rule of the grammar asks of it.</summary>
internal sealed class TokenReader
{
    private readonly string _query;
    private readonly Lexer _lexer;
    private int _at;
    private int _markers;

    public TokenReader(string query)
    {
        _query = query;
        _lexer = Lexer.Read(query);
    }

    public Token Current => _lexer.Tokens[_at];

    public Token Following(int count) => _lexer.Tokens[Math.Min(_at + count, _lexer.Tokens.Count - 1)];

    public Token Take()
    {
        Token token = Current;
        if (token.Kind != TokenKind.End)
        {
            _at++;
        }

        return token;
    }

    public bool TakeSymbol(string symbol)
    {
        bool found = Current.IsSymbol(symbol);
        _at += found ? 1 : 0;
        return found;
    }

    public bool TakeKeyword(string keyword)
    {
        bool found = Current.IsKeyword(keyword);
        _at += found ? 1 : 0;
        return found;
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Mismatched($"'{symbol}'");
        }
    }

    public void ExpectKeyword(string keyword)
    {
        if (!TakeKeyword(keyword))
        {
            throw Mismatched("K_" + keyword);
        }
    }

    public void ExpectEnd()
    {
        if (Current.Kind != TokenKind.End)
        {
            throw Mismatched("EOF");
        }

        if (_lexer.Error is { } error)
        {
            throw SyntaxErrors.Lexical(_query, error);
        }
    }

    /// <summary>The items of a list with commas between them; at least one.</summary>
    public Sequence<T> Separated<T>(Func<T> item)
    {
        List<T> items = [item()];
        while (TakeSymbol(","))
        {
            items.Add(item());
        }

        return new Sequence<T>(items);
    }

    /// <summary>The next bind marker's place.</summary>
    public int NextMarker() => _markers++;

    public int MarkerCount => _markers;

    public CqlException Mismatched(string expected) =>
        LexicalErrorBefore(_at) ?? SyntaxErrors.Mismatched(_query, _lexer.Tokens, _at, expected);

    /// <param name="ahead">How many tokens after the current one the choice failed.</param>
    public CqlException NoViableAlternative(int ahead = 0)
    {
        int at = Math.Min(_at + ahead, _lexer.Tokens.Count - 1);
        return LexicalErrorBefore(at) ?? SyntaxErrors.NoViableAlternative(_query, _lexer.Tokens, _at, at);
    }

    private CqlException? LexicalErrorBefore(int at) =>
        _lexer.Error is { } error && error.At <= _lexer.Tokens[at].Start ? SyntaxErrors.Lexical(_query, error) : null;
}
