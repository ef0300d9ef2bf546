using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>Values of options.</summary>
internal static class OptionReader
{
    public static bool Boolean(string name, OptionText text) => text.Value.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => throw CqlException.Syntax($"Invalid boolean value {text.Value} for '{name}'"),
    };

    public static int Integer(OptionSyntax option)
    {
        string text = Text(option);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw CqlException.Syntax($"Invalid integer value {text} for '{option.Name}'");
    }

    public static double Real(OptionSyntax option)
    {
        string text = Text(option);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw CqlException.Syntax($"Invalid double value {text} for '{option.Name}'");
    }

    public static string Text(OptionSyntax option) =>
        option.Text?.Value ?? throw CqlException.Syntax($"Invalid value for property '{option.Name}'. It should be a string.");

    public static ImmutableSortedDictionary<string, string> Map(OptionSyntax option)
    {
        var map = option.Map ?? throw CqlException.Syntax($"Invalid value for property '{option.Name}'. It should be a map.");
        var entries = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in map)
        {
            if (!entries.TryAdd(entry.Key.Value, entry.Value.Value))
            {
                throw CqlException.Syntax($"Multiple definition for property {entry.Key.Value}");
            }
        }

        return entries.ToImmutable();
    }
}
