namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Writes terms, types and names back as CQL.</summary>
internal static class TermFormatter
{
    public static string Text(Term term) => term switch
    {
        Literal { Kind: LiteralKind.String } literal => Quote(literal.Text),
        Literal literal => literal.Text,
        Marker { Name: { } name } => ":" + Name(name),
        Marker => "?",
        ListLiteral list => $"[{Join(list.Items)}]",
        SetLiteral set => $"{{{Join(set.Items)}}}",
        MapLiteral map => $"{{{string.Join(", ", map.Entries.Select(e => $"{Text(e.Key)}: {Text(e.Value)}"))}}}",
        TupleLiteral tuple => $"({Join(tuple.Items)})",
        FunctionCall call => $"{Qualified(call.Keyspace, FunctionName(call.Name))}({Join(call.Arguments)})",
        CastTerm cast => $"({Text(cast.Type)}){Text(cast.Value)}",
        _ => throw new NotSupportedException(term.GetType().Name),
    };

    public static string Text(TypeSyntax type)
    {
        bool isKnown = type.Keyspace is null && TypeNames.IsBuiltIn(type.Name);
        string name = isKnown ? type.Name : Qualified(type.Keyspace, TypeName(type.Name));
        return type.Arguments.Count == 0 ? name : $"{name}<{string.Join(", ", type.Arguments.Select(Text))}>";
    }

    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name, quoted when it would not be read back as itself.</summary>
    public static string Name(string name) =>
        IsPlain(name) && (Keywords.Find(name) is not { } word || !Keywords.IsReserved(word)) ? name : QuoteName(name);

    public static string Qualified(string? keyspace, string quotedName) =>
        keyspace is null ? quotedName : $"{Name(keyspace)}.{quotedName}";

    public static string FunctionName(string name) =>
        IsPlain(name) && (Keywords.Find(name) is not { } word || Keywords.MayNameFunction(word)) ? name : QuoteName(name);

    public static string Join(IEnumerable<Term> terms) => string.Join(", ", terms.Select(Text));

    private static string TypeName(string name) =>
        IsPlain(name) && Keywords.Find(name) is null && !TypeNames.IsBuiltIn(name) ? name : QuoteName(name);

    private static string QuoteName(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || name[0] is not (>= 'a' and <= 'z') || name is "true" or "false")
        {
            return false;
        }

        return name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');
    }
}
