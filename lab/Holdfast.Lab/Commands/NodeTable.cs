using System.Globalization;
using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Control;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Holdfast.Lab.Commands;

/// <summary>One moment of the cluster as a table. Whom a node sees is a mark for each node, in the table's order.</summary>
internal static class NodeTable
{
    private const int MarksMax = 16;
    private const int LinesAround = 6;
    private const int RoomForAll = 88;

    /// <param name="before">The last moment shown: rates are counted from it.</param>
    /// <param name="now">What to show.</param>
    /// <param name="terminal">Nodes that do not fit are counted instead, and the columns that matter least are left out.</param>
    public static IRenderable Of(LabState before, LabState now, Profile terminal)
    {
        var isWide = terminal.Width >= RoomForAll;
        var table = new Table().Border(TableBorder.None);
        foreach (var heading in (string[])["node", "address", "state", "sees", "seen by"])
        {
            table.AddColumn(Column(heading));
        }

        foreach (var heading in (string[])["req/s", "errors/s", "in flight", .. isWide ? ["clients", "hints"] : Array.Empty<string>()])
        {
            table.AddColumn(Column(heading).RightAligned());
        }

        var seconds = Math.Max(0.001, now.SinceStartSeconds - before.SinceStartSeconds);
        var shown = Math.Min(now.Nodes.Count, Math.Max(3, terminal.Height - LinesAround));
        foreach (var node in now.Nodes.Take(shown))
        {
            var old = before.Nodes.FirstOrDefault(n => n.Name == node.Name) ?? node;
            string[] row =
            [
                node.Name.EscapeMarkup(),
                IPEndPoint.Parse(node.Address).Address.ToString(),
                node.State == NodeState.Open ? "[green]open[/]" : $"[red]{Brief(node.State)}[/]",
                Marks(now, node, node.SeesUp),
                Marks(now, node, node.SeenUpBy),
                Rate(node.Requests - old.Requests, seconds, ""),
                Rate(node.Errors - old.Errors, seconds, "red"),
                $"{node.InFlight}",
                $"{node.Connections}",
                $"{node.Hints}",
            ];
            table.AddRow(row[..table.Columns.Count]);
        }

        var up = now.SinceStartSeconds.ToString("F0", CultureInfo.InvariantCulture);
        return new Rows([new Text($"{now.Cluster}, up {up} s, seed {now.Seed}, port {PortOf(now)}"), table, .. Notes(now, shown)]);
    }

    private static int PortOf(LabState state) => IPEndPoint.Parse(state.Nodes[0].Address).Port;

    private static TableColumn Column(string heading) => new TableColumn($"[grey]{heading}[/]").NoWrap().Padding(0, 0, 2, 0);

    private static string Brief(NodeState state) => state switch
    {
        NodeState.WaitingForPeers => "waiting",
        NodeState.ShadowRound => "shadow",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<IRenderable> Notes(LabState now, int shown)
    {
        if (shown < now.Nodes.Count)
        {
            yield return new Text($"and {now.Nodes.Count - shown} more nodes; `lab state` tells of all");
        }

        if (now.Faults.Count > 0)
        {
            yield return new Text("faults: " + string.Join("; ", now.Faults.Select(f => $"#{f.Id} {f.Kind} {string.Join(' ', f.Nodes)}")))
            {
                Overflow = Overflow.Ellipsis,
            };
        }
    }

    private static string Marks(LabState now, NodeReport node, IReadOnlyList<string> peers)
    {
        if (now.Nodes.Count > MarksMax)
        {
            var all = now.Nodes.Count - 1;
            return peers.Count == all ? $"[green]{peers.Count}/{all}[/]" : $"[red]{peers.Count}/{all}[/]";
        }

        return string.Concat(now.Nodes.Select(n => n.Name == node.Name ? "[grey]·[/]" : peers.Contains(n.Name) ? "[green]+[/]" : "[red]-[/]"));
    }

    private static string Rate(long count, double seconds, string colour)
    {
        var rate = (Math.Max(0, count) / seconds).ToString("F0", CultureInfo.InvariantCulture);
        return rate == "0" || colour.Length == 0 ? rate : $"[{colour}]{rate}[/]";
    }
}
