using YamlDotNet.RepresentationModel;

namespace Holdfast.Acceptance.Operations;

/// <summary>A rule as it ships: an alert, or a recorded series.</summary>
internal sealed record Rule(
    string Name, bool IsAlert, string Expression, string For, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

/// <summary>ops/prometheus, read.</summary>
internal static class AlertRules
{
    public static string Folder => RepositoryRoot.Combine("ops", "prometheus");

    public static IReadOnlyList<Rule> All { get; } = [.. Directory.GetFiles(Path.Combine(Folder, "rules"), "*.yml").Order(StringComparer.Ordinal).SelectMany(Read)];

    public static IEnumerable<Rule> Alerts => All.Where(rule => rule.IsAlert);

    private static IEnumerable<Rule> Read(string file) =>
        from @group in Yaml.Sequence(Yaml.Load(file), "groups")
        from rule in Yaml.Sequence(@group, "rules")
        let isAlert = rule.Children.ContainsKey("alert")
        select new Rule(
            Yaml.Text(rule, isAlert ? "alert" : "record"), isAlert, Yaml.Text(rule, "expr"),
            rule.Children.ContainsKey("for") ? Yaml.Text(rule, "for") : "0s", Yaml.Map(rule, "labels"), Yaml.Map(rule, "annotations"));
}

/// <summary>Members of a document.</summary>
internal static class Yaml
{
    public static YamlMappingNode Load(string file)
    {
        YamlStream yaml = [];
        yaml.Load(new StringReader(File.ReadAllText(file)));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    public static IEnumerable<YamlMappingNode> Sequence(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? ((YamlSequenceNode)value).Cast<YamlMappingNode>() : [];

    public static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    public static Dictionary<string, string> Map(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value)
            ? ((YamlMappingNode)value).ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!)
            : [];
}
