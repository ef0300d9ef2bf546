using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Acceptance.Operations;

/// <summary>One reason for which a rule holds.</summary>
/// <param name="Rule">The rule: an alert, or a condition that alerts name.</param>
/// <param name="Expression">The rule's expression with this reason alone.</param>
internal sealed record Reason(Rule Rule, string Expression)
{
    public override string ToString() => $"{Rule.Name} {string.Join(' ', Rule.Labels.Values)}: {Regex.Replace(Expression.Trim(), @"\s+", " ")}";
}

/// <summary>A moment of a unit test at which something is said of alerts, and which reasons held then.</summary>
/// <param name="Asked">The text that names the alerts.</param>
/// <param name="Expected">The labels of those that are to fire.</param>
/// <param name="Series">What the test gives Prometheus.</param>
/// <param name="Held">The reasons.</param>
internal sealed record Moment(string Asked, IReadOnlyList<IReadOnlyDictionary<string, string>> Expected, IReadOnlySet<string> Series, IReadOnlySet<Reason> Held)
{
    /// <summary>True when the test says that this alert, and not one of the same name, fires.</summary>
    public bool Expects(Rule alert) => Expected.Any(labels =>
        labels["alertname"] == alert.Name && alert.Labels.All(label => labels.TryGetValue(label.Key, out string? value) && value == label.Value));

    public bool Names(Rule alert) => Regex.IsMatch(Asked, $@"\b{alert.Name}\b");
}

/// <summary>
/// The unit tests of the rules, played once more with an alert of its own for every reason: which of them fire at the moments at
/// which the tests say something of alerts. promtool tells what it got where nothing was expected.
/// </summary>
internal static partial class RuleRehearsal
{
    private const string Prefix = "reason_";

    /// <summary>The reasons of all alerts, and of the recorded conditions that hold for one reason or another.</summary>
    public static IReadOnlyList<Reason> Reasons { get; } =
    [
        .. from rule in AlertRules.All
           let alternatives = RuleAlternatives.Of(rule.Expression)
           where rule.IsAlert || alternatives.Count > 1
           from alternative in alternatives
           select new Reason(rule, alternative),
    ];

    public static async Task<IReadOnlyList<Moment>> PlayAsync(string folder)
    {
        string reasons = Path.Combine(folder, "reasons.yml");
        await File.WriteAllTextAsync(reasons, ReasonRules());
        List<Moment> moments = [];
        foreach (string file in Directory.GetFiles(Path.Combine(AlertRules.Folder, "tests"), "*.yml"))
        {
            moments.AddRange(await PlayAsync(folder, file, reasons));
        }

        return moments;
    }

    private static async Task<IReadOnlyList<Moment>> PlayAsync(string folder, string file, string reasons)
    {
        YamlMappingNode root = Yaml.Load(file);
        if (root.Children.TryGetValue("rule_files", out YamlNode? files))
        {
            YamlSequenceNode rules = (YamlSequenceNode)files;
            root.Children["rule_files"] = new YamlSequenceNode(
                rules.Select(rule => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, ((YamlScalarNode)rule).Value!)))
                    .Append(reasons).Select(path => new YamlScalarNode(path)));
        }

        if (root.Children.TryGetValue("group_eval_order", out YamlNode? order))
        {
            ((YamlSequenceNode)order).Add("reasons");
        }

        List<(YamlMappingNode Test, string Time)> asked = [];
        foreach (YamlMappingNode test in Yaml.Sequence(root, "tests"))
        {
            foreach (string time in Checks(test).Select(check => Yaml.Text(check, "eval_time")).Distinct().ToList())
            {
                Ask(test, time, asked.Count);
                asked.Add((test, time));
            }
        }

        if (asked.Count == 0)
        {
            return [];
        }

        string copy = Path.Combine(folder, Path.GetFileName(file));
        await using (StreamWriter writer = new(copy))
        {
            new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        }

        (_, string text) = await ForeignProgram.RunAsync(folder, RuleTests.Promtool, "test", "rules", copy);
        Dictionary<int, HashSet<Reason>> held = Got(text);
        return
        [
            .. asked.SelectMany((at, number) => Checks(at.Test).Where(check => Yaml.Text(check, "eval_time") == at.Time)
                .Select(check => MomentOf(at.Test, check, held.GetValueOrDefault(number) ?? []))),
        ];
    }

    private static Moment MomentOf(YamlMappingNode test, YamlMappingNode check, IReadOnlySet<Reason> held) => new(
        check.Children.ContainsKey("alertname") ? Yaml.Text(check, "alertname") : Yaml.Text(check, "expr"),
        [
            .. Yaml.Sequence(check, "exp_samples").Select(sample => Labels(Yaml.Text(sample, "labels"))),
            .. Yaml.Sequence(check, "exp_alerts").Select(alert => new Dictionary<string, string>(Yaml.Map(alert, "exp_labels")) { ["alertname"] = Yaml.Text(check, "alertname") }),
        ],
        Yaml.Sequence(test, "input_series").Select(series => Yaml.Text(series, "series").Split('{')[0]).ToHashSet(),
        held);

    /// <summary>What a test says of alerts.</summary>
    private static IEnumerable<YamlMappingNode> Checks(YamlMappingNode test) => Yaml.Sequence(test, "alert_rule_test").Concat(
        Yaml.Sequence(test, "promql_expr_test").Where(check => Yaml.Text(check, "expr").StartsWith("ALERTS{", StringComparison.Ordinal)
            && !Yaml.Text(check, "expr").Contains(Prefix, StringComparison.Ordinal)));

    private static void Ask(YamlMappingNode test, string time, int number)
    {
        if (!test.Children.TryGetValue("promql_expr_test", out YamlNode? checks))
        {
            test.Children["promql_expr_test"] = checks = new YamlSequenceNode();
        }

        ((YamlSequenceNode)checks).Add(new YamlMappingNode(
            "eval_time", time, "expr", $$"""ALERTS{alertname=~"{{Prefix}}.*", alertstate="firing", number!="{{number}}"}"""));
    }

    private static Dictionary<int, HashSet<Reason>> Got(string text)
    {
        Dictionary<int, HashSet<Reason>> held = [];
        foreach (Match asked in Answer().Matches(text))
        {
            held[int.Parse(asked.Groups[1].Value, CultureInfo.InvariantCulture)] =
                ReasonName().Matches(asked.Groups[2].Value).Select(match => Reasons[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)]).ToHashSet();
        }

        return held;
    }

    private static Dictionary<string, string> Labels(string sample) =>
        Label().Matches(sample).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static string ReasonRules() => "groups:\n- name: reasons\n  rules:\n" + string.Concat(Reasons.Select((reason, number) => string.Create(
        CultureInfo.InvariantCulture,
        $"  - alert: {Prefix}{number}\n    for: {reason.Rule.For}\n    expr: '{Regex.Replace(reason.Expression.Trim(), @"\s+", " ").Replace("'", "''", StringComparison.Ordinal)}'\n")));

    [GeneratedRegex(@"number!=\\?""(\d+)\\?"".*\n\s*exp: .*\n\s*got: (.*)")]
    private static partial Regex Answer();

    [GeneratedRegex($@"alertname=""{Prefix}(\d+)""")]
    private static partial Regex ReasonName();

    [GeneratedRegex(@"(\w+)=""([^""]*)""")]
    private static partial Regex Label();
}
