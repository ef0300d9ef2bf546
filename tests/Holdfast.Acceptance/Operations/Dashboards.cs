using System.Text.Json;

namespace Holdfast.Acceptance.Operations;

/// <summary>One panel's question.</summary>
internal sealed record PanelQuery(string Panel, string Expression);

/// <summary>A dashboard as it ships.</summary>
internal sealed record Dashboard(string Uid, IReadOnlyList<PanelQuery> Queries);

/// <summary>ops/grafana, read.</summary>
internal static class Dashboards
{
    public static IReadOnlyList<Dashboard> All { get; } =
        [.. Directory.GetFiles(RepositoryRoot.Combine("ops", "grafana"), "*.json").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>True for what only an instance with the embedded store measures.</summary>
    public static bool IsOfEmbeddedStore(PanelQuery query) =>
        MetricText.NamesIn(query.Expression).Any(name => name.StartsWith("holdfast_embedded_", StringComparison.Ordinal));

    private static Dashboard Read(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        IEnumerable<PanelQuery> queries =
            from panel in json.RootElement.GetProperty("panels").EnumerateArray()
            from target in panel.GetProperty("targets").EnumerateArray()
            select new PanelQuery(panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!);
        return new Dashboard(json.RootElement.GetProperty("uid").GetString()!, [.. queries]);
    }
}
