using Holdfast.Lab.Cluster;
using Holdfast.Lab.Control;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>A table that moves where somebody watches; otherwise a line for each change of a node.</summary>
internal sealed class LiveView(IAnsiConsole console, TimeProvider clock, LineFeed feed)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5);

    public async Task ShowAsync(Func<Task<LabState>> take, Task broken, CancellationToken ending)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            await ShowLinesAsync(take, broken, ending).ConfigureAwait(false);
            return;
        }

        var first = await take().ConfigureAwait(false);
        await console.Live(Table(first, first)).StartAsync(async live =>
        {
            var before = first;
            while (await WaitAsync(broken, ending).ConfigureAwait(false))
            {
                var now = await take().ConfigureAwait(false);
                ShowFeed();
                live.UpdateTarget(Table(before, now));
                before = now;
            }
        }).ConfigureAwait(false);
    }

    private async Task ShowLinesAsync(Func<Task<LabState>> take, Task broken, CancellationToken ending)
    {
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        do
        {
            ShowFeed();
            var state = await take().ConfigureAwait(false);
            foreach (var node in state.Nodes)
            {
                var line = $"{node.Name} {node.Address} {node.State} cql={(node.IsOpen ? "open" : "closed")} "
                    + $"sees={string.Join(',', node.SeesUp)} seen-by={string.Join(',', node.SeenUpBy)}";
                if (!shown.TryGetValue(node.Name, out var last) || last != line)
                {
                    shown[node.Name] = line;
                    console.WriteLine($"{clock.GetUtcNow():HH:mm:ss.fff} {line}");
                }
            }
        }
        while (await WaitAsync(broken, ending).ConfigureAwait(false));
        ShowFeed();
    }

    private void ShowFeed()
    {
        foreach (var line in feed.TakeAll())
        {
            console.WriteLine(line);
        }
    }

    /// <summary>False when it is over. A bug that ended the loop thread is thrown here.</summary>
    private async Task<bool> WaitAsync(Task broken, CancellationToken ending)
    {
        var pause = Task.Delay(Every, clock, ending);
        if (await Task.WhenAny(pause, broken).ConfigureAwait(false) == broken)
        {
            await broken.ConfigureAwait(false);
        }

        return !ending.IsCancellationRequested;
    }

    private static Table Table(LabState before, LabState now)
    {
        var table = new Table().Title($"{now.Cluster}: {now.SinceStartSeconds:F0} s, seed {now.Seed}");
        table.AddColumns("node", "address", "state", "sees up", "seen up by", "requests/s", "errors/s", "in flight", "clients", "hints");
        var seconds = Math.Max(0.001, now.SinceStartSeconds - before.SinceStartSeconds);
        foreach (var node in now.Nodes)
        {
            var old = before.Nodes.FirstOrDefault(n => n.Name == node.Name) ?? node;
            table.AddRow(
                node.Name,
                node.Address,
                node.State == NodeState.Open ? "[green]open[/]" : $"[red]{node.State}[/]",
                Peers(node.SeesUp.Count, now.Nodes.Count - 1),
                Peers(node.SeenUpBy.Count, now.Nodes.Count - 1),
                Rate(node.Requests - old.Requests, seconds),
                Rate(node.Errors - old.Errors, seconds),
                $"{node.InFlight}",
                $"{node.Connections}",
                $"{node.Hints}");
        }

        if (now.Faults.Count > 0)
        {
            table.Caption = new TableTitle(string.Join("; ", now.Faults.Select(f => $"#{f.Id} {f.Kind} {string.Join(' ', f.Nodes)}")));
        }

        return table;
    }

    private static string Peers(int count, int all) => count == all ? $"[green]{count}/{all}[/]" : $"[red]{count}/{all}[/]";

    private static string Rate(long count, double seconds) => $"{Math.Max(0, count) / seconds:F0}";
}
