using System.CommandLine;
using Holdfast.Admin;
using Holdfast.Insight.Workload;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast top</c>: who reads and writes what, from the running server, live.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    public static Command Create(Terminal terminal)
    {
        Option<bool> once = new("--once") { Description = "Prints once, after two seconds, and leaves; so does it where standard output is no terminal." };
        Option<TopOrder> sort = new("--sort")
        {
            Description = "Namespaces by what each second: their writes, overwrites, writes of the same value, bytes written, reads; or by name.",
            DefaultValueFactory = _ => TopOrder.Writes,
        };
        Command top = new("top", "Shows who reads and writes what: each namespace, the keys that are rewritten most and the largest, as hashes of this process and never as they are.")
        {
            once,
            sort,
        };
        var file = ConfigurationLoading.FileOption();
        var admin = AdminListener.Option();
        top.Add(file);
        top.Add(admin);
        top.SetAction(async (parsed, cancellation) =>
        {
            var (listener, exitCode) = AdminListener.Find(terminal, parsed.GetValue(file), parsed.GetValue(admin));
            if (listener is null)
            {
                return exitCode;
            }

            try
            {
                var order = parsed.GetValue(sort);
                await (parsed.GetValue(once) || !terminal.IsOutputWatched
                    ? PrintAsync(terminal, listener, order, cancellation)
                    : WatchAsync(terminal, listener, order, cancellation));
                return ExitCode.Success;
            }
            catch (AdminRequestException failure)
            {
                return terminal.Fail(failure.Message, ExitCode.Failure);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Success; // whoever watched has seen enough
            }
        });
        return top;
    }

    private static async Task PrintAsync(Terminal terminal, Uri listener, TopOrder order, CancellationToken cancellation)
    {
        var before = await AskAsync(listener, cancellation);
        await Task.Delay(s_between, TimeProvider.System, cancellation);
        var after = await AskAsync(listener, cancellation);
        var width = terminal.IsOutputWatched ? terminal.Screen.Profile.Width : int.MaxValue;
        (terminal.IsOutputWatched ? terminal.Screen : terminal.Output).Write(TopView.Of(before, after, order, width, rows: int.MaxValue));
    }

    private static async Task WatchAsync(Terminal terminal, Uri listener, TopOrder order, CancellationToken cancellation)
    {
        var screen = terminal.Screen;
        WorkloadReport? before = null;
        var after = await AskAsync(listener, cancellation);
        await screen.Live(View()).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (true)
            {
                live.UpdateTarget(View());
                await Task.Delay(s_between, TimeProvider.System, cancellation);
                (before, after) = (after, await AskAsync(listener, cancellation));
            }
        });

        // Half the screen for namespaces: the keys below them are seldom more than the other half.
        Spectre.Console.Rendering.IRenderable View() =>
            TopView.Of(before, after, order, screen.Profile.Width, Math.Max(5, (screen.Profile.Height / 2) - 3));
    }

    private static Task<WorkloadReport> AskAsync(Uri listener, CancellationToken cancellation) => AdminClient.AskAsync(
        listener, HttpMethod.Get, WorkloadEndpoint.Path, content: null, WorkloadJson.Default.WorkloadReport, cancellation);
}
