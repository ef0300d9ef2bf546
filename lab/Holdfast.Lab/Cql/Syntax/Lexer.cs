using System.Buffers;
using System.Text;

namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Cuts a query into tokens. Never throws: what it cannot read becomes <see cref="Error"/>, and it goes on.</summary>
internal sealed class Lexer
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string[] Symbols =
        ["..", "<=", ">=", "!=", "+=", "-=", "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ";", ":", ".", "*", "+", "-", "/", "%"];

    private readonly string _query;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _index;

    private Lexer(string query) => _query = query;

    /// <summary>The first thing that was no token, or null.</summary>
    public LexicalError? Error { get; private set; }

    public IReadOnlyList<Token> Tokens => _tokens;

    public static Lexer Read(string query)
    {
        Lexer lexer = new(query);
        while (lexer._at < query.Length)
        {
            lexer.Next();
        }

        lexer.Add(TokenKind.End, query.Length, "<EOF>");
        return lexer;
    }

    private void Next()
    {
        char c = _query[_at];
        if (c is ' ' or '\t' or '\n' or '\r')
        {
            Skip(Scan(_at, static ch => ch is ' ' or '\t' or '\n' or '\r'));
        }
        else if (StartsWith("--") || StartsWith("//"))
        {
            LineComment();
        }
        else if (StartsWith("/*"))
        {
            int end = _query.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            SkipOrFail(end < 0 ? -1 : end + 2);
        }
        else if (c == '\'')
        {
            Quoted('\'', TokenKind.String);
        }
        else if (c == '"')
        {
            Quoted('"', TokenKind.QuotedName);
        }
        else if (StartsWith("$$"))
        {
            DollarString();
        }
        else if (char.IsAsciiLetterOrDigit(c) || (c == '-' && char.IsAsciiDigit(Peek(1))))
        {
            Word();
        }
        else if (c == '?')
        {
            Add(TokenKind.QuestionMark, _at + 1, "?");
        }
        else
        {
            Symbol();
        }
    }

    /// <summary>A comment to the end of the line, which has to be there: without it Cassandra's lexer gives up.</summary>
    private void LineComment()
    {
        int end = _query.AsSpan(_at).IndexOfAny('\n', '\r');
        SkipOrFail(end < 0 ? -1 : _at + end + 1);
    }

    private void Quoted(char quote, TokenKind kind)
    {
        StringBuilder text = new();
        int at = _at + 1;
        while (true)
        {
            int end = _query.IndexOf(quote, at);
            if (end < 0)
            {
                Fail(_query.Length, $"mismatched character '<EOF>' expecting '{quote}'");
                _at = _query.Length;
                return;
            }

            text.Append(_query, at, end - at);
            at = end + 1;
            if (at == _query.Length || _query[at] != quote)
            {
                break;
            }

            text.Append(quote);
            at++;
        }

        bool isEmptyName = kind == TokenKind.QuotedName && text.Length == 0;
        Add(isEmptyName ? TokenKind.EmptyQuotedName : kind, at, text.ToString());
    }

    private void DollarString()
    {
        int end = _query.IndexOf("$$", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            SkipOrFail(-1);
            return;
        }

        Add(TokenKind.String, end + 2, _query[(_at + 2)..end]);
    }

    /// <summary>Identifiers, keywords, numbers, durations, UUIDs and blobs: the longest of those that fit wins.</summary>
    private void Word()
    {
        if (UuidLength() is > 0 and int uuid)
        {
            Add(TokenKind.Uuid, _at + uuid);
        }
        else if (_query[_at] == '0' && Peek(1) is 'x' or 'X')
        {
            Add(TokenKind.Hex, Scan(_at + 2, HexDigits.Contains));
        }
        else if (char.IsAsciiLetter(_query[_at]))
        {
            int end = Scan(_at, static c => char.IsAsciiLetterOrDigit(c) || c == '_');
            string text = _query[_at..end];
            bool isBoolean = text.Equals("true", StringComparison.OrdinalIgnoreCase)
                || text.Equals("false", StringComparison.OrdinalIgnoreCase);
            Add(isBoolean ? TokenKind.Boolean : TokenKind.Identifier, end, text, isBoolean ? null : Keywords.Find(text));
        }
        else
        {
            (TokenKind kind, int end) = Number();
            Add(kind, end);
        }
    }

    private (TokenKind Kind, int End) Number()
    {
        int end = Scan(_query[_at] == '-' ? _at + 1 : _at, char.IsAsciiDigit);
        if (DurationEnd(end) is > 0 and int duration)
        {
            return (TokenKind.Duration, duration);
        }

        TokenKind kind = TokenKind.Integer;
        if (Char(end) == '.' && Char(end + 1) != '.')
        {
            kind = TokenKind.Float;
            end = Scan(end + 1, char.IsAsciiDigit);
        }

        if (Char(end) is 'e' or 'E')
        {
            int exponent = Char(end + 1) is '+' or '-' ? end + 2 : end + 1;
            int exponentEnd = Scan(exponent, char.IsAsciiDigit);
            if (exponentEnd > exponent)
            {
                return (TokenKind.Float, exponentEnd);
            }
        }

        return (kind, end);
    }

    /// <summary>Where a duration such as <c>12h30m</c> ends, whose first number ends at <paramref name="at"/>; or 0.</summary>
    private int DurationEnd(int at)
    {
        int end = 0;
        while (UnitLength(at) is > 0 and int unit)
        {
            end = at + unit;
            at = Scan(end, char.IsAsciiDigit);
            if (at == end)
            {
                break;
            }
        }

        return end;
    }

    private int UnitLength(int at)
    {
        char first = char.ToLowerInvariant(Char(at));
        char second = char.ToLowerInvariant(Char(at + 1));
        return (first, second) switch
        {
            ('m', 'o') or ('m', 's') or ('u', 's') or ('\u00b5', 's') or ('n', 's') => 2,
            ('y' or 'w' or 'd' or 'h' or 'm' or 's', _) => 1,
            _ => 0,
        };
    }

    private int UuidLength()
    {
        const int length = 36;
        if (_query.Length - _at < length)
        {
            return 0;
        }

        for (int i = 0; i < length; i++)
        {
            char c = _query[_at + i];
            bool fits = i is 8 or 13 or 18 or 23 ? c == '-' : HexDigits.Contains(c);
            if (!fits)
            {
                return 0;
            }
        }

        return length;
    }

    private void Symbol()
    {
        foreach (string symbol in Symbols)
        {
            if (StartsWith(symbol))
            {
                Add(TokenKind.Symbol, _at + symbol.Length, symbol);
                return;
            }
        }

        Fail(_at, $"no viable alternative at character '{_query[_at]}'");
        _at++;
    }

    private void SkipOrFail(int end)
    {
        if (end < 0)
        {
            Fail(_query.Length, "mismatched character '<EOF>' expecting set null");
            end = _query.Length;
        }

        Skip(end);
    }

    private void Skip(int end)
    {
        _at = end;
        _index++;
    }

    private void Fail(int at, string message) => Error ??= new LexicalError(at, message);

    private void Add(TokenKind kind, int end) => Add(kind, end, _query[_at..end]);

    private void Add(TokenKind kind, int end, string text, string? keyword = null)
    {
        _tokens.Add(new Token(kind, text, keyword, _at, end, _index++));
        _at = end;
    }

    private bool StartsWith(string text) => string.CompareOrdinal(_query, _at, text, 0, text.Length) == 0;

    private char Peek(int offset) => Char(_at + offset);

    private char Char(int at) => at < _query.Length ? _query[at] : '\0';

    private int Scan(int at, Func<char, bool> belongs)
    {
        while (at < _query.Length && belongs(_query[at]))
        {
            at++;
        }

        return at;
    }
}

/// <summary>Something in a query that is no token.</summary>
/// <param name="At">Where.</param>
/// <param name="Message">Cassandra's words for it, without the position.</param>
internal sealed record LexicalError(int At, string Message);
