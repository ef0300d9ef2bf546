using YamlDotNet.RepresentationModel;

namespace Holdfast.Acceptance.Operations;

/// <summary>A rule as it ships: an alert, or a recorded series.</summary>
internal sealed record Rule(string Name, bool IsAlert, string Expression, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

/// <summary>ops/prometheus, read.</summary>
internal static class AlertRules
{
    public static string Folder => RepositoryRoot.Combine("ops", "prometheus");

    public static IReadOnlyList<Rule> All { get; } = [.. Directory.GetFiles(Path.Combine(Folder, "rules"), "*.yml").Order(StringComparer.Ordinal).SelectMany(Read)];

    public static IEnumerable<Rule> Alerts => All.Where(rule => rule.IsAlert);

    /// <summary>The unit tests' samples of ALERTS: of which alert, and whether any is expected.</summary>
    public static IEnumerable<(string Expression, bool IsExpected)> TestedAlerts() =>
        from file in Directory.GetFiles(Path.Combine(Folder, "tests"), "*.yml")
        from test in Sequence(Load(file), "tests")
        from check in Sequence(test, "promql_expr_test")
        select (Text(check, "expr"), Sequence(check, "exp_samples").Any());

    private static IEnumerable<Rule> Read(string file) =>
        from @group in Sequence(Load(file), "groups")
        from rule in Sequence(@group, "rules")
        let isAlert = rule.Children.ContainsKey("alert")
        select new Rule(Text(rule, isAlert ? "alert" : "record"), isAlert, Text(rule, "expr"), Map(rule, "labels"), Map(rule, "annotations"));

    private static YamlMappingNode Load(string file)
    {
        YamlStream yaml = [];
        yaml.Load(new StringReader(File.ReadAllText(file)));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<YamlMappingNode> Sequence(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? ((YamlSequenceNode)value).Cast<YamlMappingNode>() : [];

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    private static Dictionary<string, string> Map(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value)
            ? ((YamlMappingNode)value).ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!)
            : [];
}
