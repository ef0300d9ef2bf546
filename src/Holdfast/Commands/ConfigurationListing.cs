using Holdfast.Configuration;

namespace Holdfast.Commands;

/// <summary>The configuration in force as YAML that can be read again, each value with its origin beside it.</summary>
internal static class ConfigurationListing
{
    private const string Mask = "\"********\"";

    /// <summary>One line: what is set, and after it a comment that says where.</summary>
    public readonly record struct Line(string Setting, string Comment);

    public static IEnumerable<Line> Lines(EffectiveConfiguration configuration)
    {
        var settings = SettingTable.All
            .Where(setting => configuration.Options.Cassandra is not null || setting.Sections.FirstOrDefault() != "cassandra");
        List<(string Text, string? Comment)> lines = [];
        HashSet<string> opened = new(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            foreach (var section in setting.Sections.Where(opened.Add))
            {
                lines.Add(($"{Indent(section)}{section[(section.LastIndexOf('.') + 1)..]}:", null));
            }

            var value = setting.Show(configuration.Options);
            var shown = value is null ? "" : setting.IsSecret ? $" {Mask}" : $" {value}";
            var origin = value is null ? "not set" : configuration.OriginOf(setting).Place;
            lines.Add(($"{Indent(setting.Path)}{setting.Key}:{shown}", origin));
        }

        var width = lines.Max(line => line.Text.Length);
        return lines.Select(line => line.Comment is null
            ? new Line(line.Text, "")
            : new Line(line.Text.PadRight(Math.Min(width, 60)), $"  # {line.Comment}"));
    }

    private static string Indent(string path) => new(' ', 2 * path.Count(letter => letter == '.'));
}
