using System.Globalization;
using Holdfast.Lab.Faults;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Lab.Scenarios;

/// <summary>One mapping of a scenario file, read by name; every mistake is told with its line.</summary>
internal sealed class ScenarioMap
{
    private readonly string file;
    private readonly YamlMappingNode node;

    public ScenarioMap(string file, YamlNode node, params string[] known)
    {
        this.file = file;
        this.node = node as YamlMappingNode ?? throw new ScenarioException(file, node.Start.Line, "a mapping is expected here");
        foreach (var key in this.node.Children.Keys)
        {
            if (known.Length > 0 && !known.Contains(key.ToString()))
            {
                throw new ScenarioException(file, key.Start.Line, $"{key} is unknown here; known are {string.Join(", ", known)}");
            }
        }
    }

    public IEnumerable<(string Key, YamlNode Value)> Entries => node.Children.Select(c => (c.Key.ToString(), c.Value));

    public bool Has(string key) => Find(key) is not null;

    public string Text(string key, string? standard = null) =>
        Find(key)?.ToString() ?? standard ?? throw Mistake(node, $"{key} is missing");

    public TimeSpan Duration(string key, string? standard = null)
    {
        var text = Text(key, standard);
        return Durations.TryParse(text, out var duration)
            ? duration
            : throw Mistake(Find(key) ?? node, $"{key}: {text} is not a duration such as 500ms, 20s, 3m or 2h");
    }

    public double Number(string key, double standard)
    {
        if (Find(key) is not { } found)
        {
            return standard;
        }

        return double.TryParse(found.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw Mistake(found, $"{key}: {found} is not a number");
    }

    public ScenarioMap Map(string key, params string[] known) =>
        new(file, Find(key) ?? throw Mistake(node, $"{key} is missing"), known);

    public IEnumerable<YamlNode> List(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        { } single => [single],
    };

    public ScenarioException Mistake(string key, string message) => Mistake(Find(key) ?? node, message);

    private ScenarioException Mistake(YamlNode where, string message) => new(file, where.Start.Line, message);

    private YamlNode? Find(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var found) ? found : null;
}
