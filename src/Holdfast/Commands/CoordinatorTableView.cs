using System.Globalization;
using Holdfast.Admin;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary>The cluster as a table for a person.</summary>
internal static class CoordinatorTableView
{
    public static void Write(IAnsiConsole console, ClusterView cluster)
    {
        console.MarkupLineInterpolated(
            $"data centre [bold]{cluster.LocalDataCenter ?? "not known yet"}[/], health.mode {cluster.Mode.ToString().ToLowerInvariant()}, {(cluster.Serves ? "serves" : "does not serve")}{Clock(cluster.ClockOffsetSeconds)}");
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string title in (string[])["address", "state", "since", "why", "weight", "latency", "in flight", "served", "failed", "last contradicted"])
        {
            table.AddColumn(new TableColumn(title).NoWrap());
        }

        foreach (CoordinatorView coordinator in cluster.Coordinators)
        {
            table.AddRow(
                Text(coordinator.Address),
                new Text(coordinator.State, new Style(coordinator.State == "Up" ? Color.Green : Color.Yellow)),
                Text(coordinator.Since?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? ""),
                Text(Why(coordinator)),
                Text(Invariant($"{coordinator.Weight:P0}")),
                Text(Invariant($"{coordinator.LatencySeconds * 1000:0.0} ms")),
                Text(Invariant($"{coordinator.InFlight}")),
                Text(Invariant($"{coordinator.Served}")),
                Text(Invariant($"{coordinator.Failed}")),
                Text(Contradicted(coordinator.LastContradiction)));
        }

        console.Write(table);
    }

    private static string Why(CoordinatorView coordinator)
    {
        string evidence = coordinator.Evidence is not { } e ? ""
            : Invariant($": {e.Count} at {e.Level}, required {e.Required}, alive {e.Alive}, contradicted by {e.ContradictedBy ?? "nobody"}");
        string trouble = coordinator.Trouble is { } reason ? $" ({reason})" : "";
        return $"{coordinator.Reason}{evidence}{trouble}";
    }

    private static string Contradicted(ContradictionView? last) => last is null
        ? "never"
        : Invariant($"{last.At:HH:mm:ss'Z'} {last.Kind} at {last.Level}, served by {last.By}");

    private static string Clock(double? offset) => offset is { } seconds ? Invariant($", clock {seconds * 1000:+0;-0;0} ms off") : "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static Text Text(string text) => new(text);
}
