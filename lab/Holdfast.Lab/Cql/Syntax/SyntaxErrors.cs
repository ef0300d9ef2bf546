using System.Text;

namespace Holdfast.Lab.Cql.Syntax;

/// <summary>
/// Words a syntax error as Cassandra does: line and column, what was met, and the last tokens before it with the
/// offending one in brackets (o.a.c.cql3.ErrorCollector).
/// </summary>
internal static class SyntaxErrors
{
    /// <summary>How many tokens before the offending one the snippet shows.</summary>
    private const int SnippetTokens = 10;

    public static CqlException Lexical(string query, LexicalError error)
    {
        (int line, int column) = Position(query, error.At);
        return CqlException.Syntax($"line {line}:{column} {error.Message}");
    }

    public static CqlException Mismatched(string query, IReadOnlyList<Token> tokens, int at, string expected) =>
        At(query, tokens, at, at, $"mismatched input '{Display(tokens[at])}' expecting {expected}");

    /// <param name="query">The whole query.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="decision">The token at which the parser had to choose; the brackets go there.</param>
    /// <param name="at">The token that left it no choice; the position is this one's.</param>
    public static CqlException NoViableAlternative(string query, IReadOnlyList<Token> tokens, int decision, int at) =>
        At(query, tokens, decision, at, $"no viable alternative at input '{Display(tokens[at])}'");

    private static CqlException At(string query, IReadOnlyList<Token> tokens, int bracketed, int at, string message)
    {
        Token token = tokens[at];
        if (token.Kind == TokenKind.End)
        {
            // Cassandra's end token has no position, and without one there is no snippet.
            return CqlException.Syntax($"line 0:-1 {message}");
        }

        (int line, int column) = Position(query, token.Start);
        return CqlException.Syntax($"line {line}:{column} {message}{Snippet(query, tokens, bracketed, at)}");
    }

    private static string Snippet(string query, IReadOnlyList<Token> tokens, int bracketed, int last)
    {
        Token offending = tokens[bracketed];
        Token first = offending;
        for (int i = bracketed; i >= 0 && offending.Index - tokens[i].Index <= SnippetTokens; i--)
        {
            first = tokens[i];
        }

        int end = tokens[last].End;
        StringBuilder text = new(" (");
        text.Append(first.Start == 0 ? "" : "...");
        text.Append(query, first.Start, offending.Start - first.Start);
        text.Append('[').Append(query, offending.Start, offending.End - offending.Start).Append(']');
        text.Append(query, offending.End, end - offending.End);
        text.Append(end == query.Length ? ")" : "...)");
        return text.Replace("\n", "").ToString();
    }

    private static string Display(Token token) =>
        token.Text.Replace("\n", "\\n", StringComparison.Ordinal);

    private static (int Line, int Column) Position(string query, int at)
    {
        ReadOnlySpan<char> before = query.AsSpan(0, Math.Min(at, query.Length));
        int line = before.Count('\n') + 1;
        return (line, before.Length - (before.LastIndexOf('\n') + 1));
    }
}
