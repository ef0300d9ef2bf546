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
        await console.Live(NodeTable.Of(first, first, console.Profile)).StartAsync(async live =>
        {
            var before = first;
            while (await WaitAsync(broken, ending).ConfigureAwait(false))
            {
                var now = await take().ConfigureAwait(false);
                if (feed.TakeAll() is { Count: > 0 } lines)
                {
                    console.Write(new LinesAbove(lines));
                }

                live.UpdateTarget(NodeTable.Of(before, now, console.Profile));
                before = now;
            }
        }).ConfigureAwait(false);
        ShowFeed();
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
}
