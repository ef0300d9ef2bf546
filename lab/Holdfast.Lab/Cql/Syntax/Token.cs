namespace Holdfast.Lab.Cql.Syntax;

internal enum TokenKind
{
    End,
    Identifier,
    QuotedName,
    EmptyQuotedName,
    String,
    Integer,
    Float,
    Boolean,
    Duration,
    Uuid,
    Hex,
    QuestionMark,
    Symbol,
}

/// <summary>One token of a statement.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says: unquoted and unescaped for strings and names, otherwise as written.</param>
/// <param name="Keyword">For an identifier that is one of the language's keywords: the keyword in capitals, or null.</param>
/// <param name="Start">Where it begins in the query.</param>
/// <param name="End">Where the next character after it is.</param>
/// <param name="Index">How many tokens, white space and comments included, come before it.</param>
internal readonly record struct Token(TokenKind Kind, string Text, string? Keyword, int Start, int End, int Index)
{
    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsKeyword(string keyword) => Keyword == keyword;
}
