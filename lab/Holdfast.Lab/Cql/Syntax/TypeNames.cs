namespace Holdfast.Lab.Cql.Syntax;

/// <summary>The type names that the grammar itself knows.</summary>
internal static class TypeNames
{
    public static bool IsBuiltIn(string name) =>
        name is "list" or "set" or "map" or "tuple" or "frozen"
        || (!name.Any(char.IsAsciiLetterUpper) && Keywords.IsType(name.ToUpperInvariant()));
}
