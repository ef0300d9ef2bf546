using System.Globalization;
using System.Text;
using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>What rules and dashboards ask for is what a running server measures, and docs/metrics.md says what that is.</summary>
public sealed class MetricNamesTests(RunningServers servers) : IClassFixture<RunningServers>
{
    private static IEnumerable<(string Where, string Name)> Asked =>
        AlertRules.All.SelectMany(rule => MetricText.NamesIn(rule.Expression).Select(name => (rule.Name, name)))
            .Concat(from dashboard in Dashboards.All
                    from query in dashboard.Queries
                    from name in MetricText.NamesIn(query.Expression)
                    select ($"{dashboard.Uid}: {query.Panel}", name));

    [Fact]
    public void Every_metric_of_a_rule_or_a_dashboard_is_in_a_running_server()
    {
        HashSet<string> known = [.. Measured, .. AlertRules.All.Where(rule => !rule.IsAlert).Select(rule => rule.Name)];

        Assert.NotEmpty(Asked);
        Assert.All(Asked, asked => Assert.True(known.Contains(asked.Name), $"{asked.Where} asks for {asked.Name}, which nobody measures"));
    }

    [Fact]
    public void The_page_of_metrics_says_what_the_program_measures()
    {
        string page = MetricsPage.Write(servers.OnCluster, servers.Embedded);
        string file = RepositoryRoot.Combine("docs", "metrics.md");
        if (Environment.GetEnvironmentVariable("HOLDFAST_WRITE_PAGES") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.Equal(page, File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    private IEnumerable<string> Measured => MetricText.Names(servers.OnCluster).Union(MetricText.Names(servers.Embedded));
}

/// <summary>docs/metrics.md, made of what running servers say of their metrics.</summary>
internal static class MetricsPage
{
    private const string Preface = """
        # Metrics

        <!-- Written by a test: `HOLDFAST_WRITE_PAGES=1 ./test Holdfast.Acceptance`. It fails when this page and the program differ. -->

        `/metrics` on the admin listener (and, unless `admin.only`, on the main one) speaks Prometheus' text format. A counter is there from
        the start, at zero, so that its first step can be seen. Names and labels are stable; a label's values are bounded: by an
        enumeration, by the number of coordinators, or, for `namespace`, by 64 names beside `none` and `other`. Keys and values of sessions appear nowhere. What Kestrel
        (`kestrel_*`) and .NET (`dotnet_*`) measure stands beside these under their own names.

        """;

    private static readonly (string Title, Func<string, bool> Belongs)[] s_tables =
    [
        ("Requests and the objective", name => name.StartsWith("http_", StringComparison.Ordinal) || name.Contains("_slo_", StringComparison.Ordinal)
            || name.Contains("_storage_", StringComparison.Ordinal) || name.Contains("_limit_", StringComparison.Ordinal)),
        ("Coordinators", name => name.StartsWith("holdfast_coordinator_", StringComparison.Ordinal)),
        ("Requests to the cluster", name => name.StartsWith("holdfast_cql_", StringComparison.Ordinal) || name.StartsWith("db_client_", StringComparison.Ordinal)),
        ("Deletes that wait for a data centre", name => name.StartsWith("holdfast_deletes_", StringComparison.Ordinal)),
        ("Canary", name => name.StartsWith("holdfast_canary_", StringComparison.Ordinal)),
        ("Session loss", name => name.StartsWith("holdfast_session_", StringComparison.Ordinal)),
        ("Workload and quota", name => name.StartsWith("holdfast_namespace_", StringComparison.Ordinal) || name.StartsWith("holdfast_quota_", StringComparison.Ordinal)),
        ("Embedded store", name => name.StartsWith("holdfast_embedded_", StringComparison.Ordinal)),
        ("The service", name => name.StartsWith("holdfast_", StringComparison.Ordinal) || name.StartsWith("kask_", StringComparison.Ordinal)),
    ];

    public static string Write(params string[] scrapes)
    {
        SortedDictionary<string, Metric> metrics = new(StringComparer.Ordinal);
        foreach (string line in scrapes.SelectMany(scrape => scrape.Split('\n')))
        {
            Read(line, metrics);
        }

        metrics["db_client_operation_duration_seconds"].Labels.Add("error_type"); // on what failed alone, and here nothing has to
        StringBuilder page = new(Preface);
        foreach ((string title, Func<string, bool> belongs) in s_tables)
        {
            string[] here = [.. metrics.Keys.Where(belongs)];
            if (here.Length > 0)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| metric | type | labels | what it says |\n|---|---|---|---|\n");
            }

            foreach (string name in here)
            {
                Metric metric = metrics[name];
                string labels = metric.Labels.Count == 0 ? "–" : string.Join(", ", metric.Labels.Select(label => $"`{label}`"));
                page.Append(CultureInfo.InvariantCulture, $"| `{name}` | {metric.Type} | {labels} | {metric.Help.TrimEnd('.')} |\n");
                metrics.Remove(name);
            }
        }

        return page.ToString();
    }

    private static void Read(string line, SortedDictionary<string, Metric> metrics)
    {
        string[] words = line.Split(' ', 4);
        if (words is ["#", "TYPE", var typed, var type])
        {
            Of(typed).Type = type;
        }
        else if (words is ["#", "HELP", var helped, var help])
        {
            Of(helped).Help = help;
        }
        else if (line.IndexOf('{', StringComparison.Ordinal) is > 0 and var open)
        {
            string name = line[..open];
            string? family = metrics.ContainsKey(name) ? name : ((string[])["_bucket", "_sum", "_count"])
                .Where(name.EndsWith).Select(end => name[..^end.Length]).FirstOrDefault(metrics.ContainsKey);
            if (family is not null)
            {
                metrics[family].Labels.UnionWith(line[(open + 1)..line.LastIndexOf('}')].Split("\",", StringSplitOptions.RemoveEmptyEntries)
                    .Select(pair => pair.Split('=')[0]).Where(label => label != "le"));
            }
        }

        Metric Of(string name) => metrics.TryGetValue(name, out Metric? metric) ? metric : metrics[name] = new Metric();
    }

    private sealed class Metric
    {
        public string Type { get; set; } = "";

        public string Help { get; set; } = "";

        public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);
    }
}
