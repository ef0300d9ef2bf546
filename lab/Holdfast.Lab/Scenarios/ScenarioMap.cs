using System.Globalization;
using Holdfast.Lab.Faults;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Lab.Scenarios;

/// <summary>One mapping of a scenario file, read by name; every mistake is told with its line.</summary>
internal sealed class ScenarioMap
{
    private readonly ScenarioMistakes mistakes;
    private readonly YamlMappingNode node;

    public ScenarioMap(ScenarioMistakes mistakes, YamlNode node, params string[] known)
    {
        this.mistakes = mistakes;
        this.node = node as YamlMappingNode ?? throw mistakes.At(node, "a mapping is expected here");
        foreach (var key in this.node.Children.Keys)
        {
            if (known.Length > 0 && !known.Contains(key.ToString()))
            {
                mistakes.Add(mistakes.At(key, $"{key} is unknown here; known are {string.Join(", ", known)}"));
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

    /// <summary>A duration of some length.</summary>
    public TimeSpan Length(string key, string? standard = null) => Duration(key, standard) is var length && length > TimeSpan.Zero
        ? length
        : throw Mistake(Find(key) ?? node, $"{key}: {length.TotalSeconds:0} s is no time at all");

    /// <summary>A number from nothing, or above it, to a million.</summary>
    public double Number(string key, double standard, bool isAboveZero = false)
    {
        const double max = 1_000_000;
        if (Find(key) is not { } found)
        {
            return standard;
        }

        return double.TryParse(found.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= max && (number > 0 || !isAboveZero)
            ? number
            : throw Mistake(found, $"{key}: {found} is not a number {(isAboveZero ? "above 0" : "from 0")} to {max}");
    }

    /// <summary>A whole number above zero.</summary>
    public int Count(string key, int standard) => Number(key, standard, isAboveZero: true) is var number && number == Math.Floor(number)
        ? (int)number
        : throw Mistake(key, $"{key}: {number} is not a whole number");

    public ScenarioMap Map(string key, params string[] known) =>
        new(mistakes, Find(key) ?? throw Mistake(node, $"{key} is missing"), known);

    public IEnumerable<YamlNode> List(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        { } single => [single],
    };

    public ScenarioException Mistake(string key, string message) => Mistake(Find(key) ?? node, message);

    private ScenarioException Mistake(YamlNode where, string message) => mistakes.At(where, message);

    private YamlNode? Find(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var found) ? found : null;
}
