using System.CommandLine;
using System.Globalization;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Simulation;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>`lab run SCENARIO`: plays it with the built-in client, as fast as it goes or at a speed one can watch.</summary>
internal static class RunCommand
{
    public static Command Build(IAnsiConsole console)
    {
        var scenario = new Argument<string>("scenario") { Description = "A file, or the name of a scenario that ships with the lab." };
        var seed = new Option<ulong>("--seed") { Description = "Replays exactly.", DefaultValueFactory = _ => 1 };
        var speed = new Option<double?>("--speed") { Description = "Times real time, as 60; without it, as fast as it goes." };
        var output = new Option<string?>("--out") { Description = "Writes the timeline to this file too." };
        var command = new Command("run", "Play a scenario and write its timeline.") { scenario, seed, speed, output };
        command.SetAction((parsed, cancellation) => RunAsync(
            console,
            Find(parsed.GetValue(scenario)!),
            parsed.GetValue(seed),
            parsed.GetValue(speed),
            parsed.GetValue(output),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        IAnsiConsole console, string file, ulong seed, double? speed, string? output, CancellationToken cancellation)
    {
        Scenario scenario;
        try
        {
            scenario = ScenarioFile.Read(file);
        }
        catch (ScenarioException mistake)
        {
            console.WriteLine(mistake.Message);
            return 2;
        }

        await using var writer = output is null ? null : new StreamWriter(output);
        console.WriteLine($"{scenario.Name}, seed {seed}. {scenario.About.Trim()}");
        var player = new ScenarioPlayer(scenario, seed, line =>
        {
            console.WriteLine(line);
            writer?.WriteLine(line);
        });
        player.Begin();
        if (speed is { } factor)
        {
            await PlayAsync(player, factor, cancellation).ConfigureAwait(false);
        }
        else
        {
            player.Cluster.Scheduler.RunUntil(player.End);
        }

        Summarise(console, player.Timeline.Intervals);
        return 0;
    }

    private static async Task PlayAsync(ScenarioPlayer player, double speed, CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        player.Cluster.Scheduler.At(player.End, ended.SetResult);
        await using var driver = new RealTimeDriver(player.Cluster.Scheduler, TimeProvider.System, speed);
        await (await Task.WhenAny(ended.Task, driver.Completion).WaitAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static void Summarise(IAnsiConsole console, IReadOnlyList<Interval> intervals)
    {
        long served = intervals.Sum(i => i.Succeeded);
        long failed = intervals.Sum(i => i.Failed);
        long avoidable = intervals.Sum(i => i.Avoidable);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{served} served, {failed} failed, {avoidable} of them while another coordinator could have served them."));
        foreach (var error in intervals.SelectMany(i => i.Errors).GroupBy(e => e.Key, StringComparer.Ordinal))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{error.Sum(e => e.Value),8} × {error.Key}"));
        }
    }

    private static string Find(string name)
    {
        if (File.Exists(name))
        {
            return name;
        }

        var shipped = Path.Combine(AppContext.BaseDirectory, "scenarios");
        return Directory.Exists(shipped)
            ? Directory.EnumerateFiles(shipped, "*.yaml").Order(StringComparer.Ordinal)
                .FirstOrDefault(f => Path.GetFileName(f).StartsWith(name, StringComparison.Ordinal)) ?? name
            : name;
    }
}
