using System.CommandLine;
using System.Globalization;
using Holdfast.Lab.Against;
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
        var against = new Option<string?>("--against")
        {
            Description = "In real time, on sockets, with this program in front (a path, or holdfast for the one that was built here), with its protection and without.",
        };
        var protection = new Option<bool?>("--protection") { Description = "With --against: only with it (true), or only without (false)." };
        var firstAddress = BaseOption.Create();
        firstAddress.Description = $"With --against: {firstAddress.Description}";
        var command = new Command("run", "Play a scenario and write its timeline.")
        {
            scenario, seed, speed, output, against, protection, firstAddress,
        };
        command.SetAction((parsed, cancellation) => parsed.GetValue(against) is { } program
            ? AgainstAsync(
                console,
                new AgainstRun(
                    ScenarioArgument.Read(parsed.GetValue(scenario)!), parsed.GetValue(seed), firstAddress.Of(parsed),
                    ServicePath.Find(program), parsed.GetValue(protection), console.WriteLine),
                cancellation)
            : RunAsync(
            console,
            ScenarioArgument.Read(parsed.GetValue(scenario)!),
            parsed.GetValue(seed),
            Factor(parsed.GetValue(speed)),
            parsed.GetValue(output),
            cancellation));
        return command;
    }

    private static async Task<int> AgainstAsync(IAnsiConsole console, AgainstRun run, CancellationToken cancellation)
    {
        try
        {
            await run.PlayAsync(cancellation).ConfigureAwait(false);
            return 0;
        }
        catch (InvalidOperationException problem)
        {
            throw new CommandMistake(problem.Message);
        }
    }

    private static async Task<int> RunAsync(
        IAnsiConsole console, Scenario scenario, ulong seed, double? speed, string? output, CancellationToken cancellation)
    {
        await using var writer = Open(output);
        console.WriteLine($"{scenario.Name}, seed {seed}. {scenario.About.Trim()}");
        var run = new ScenarioRun(scenario, seed, line =>
        {
            console.WriteLine(line);
            writer?.WriteLine(line);
        });
        run.Begin();
        if (speed is { } factor)
        {
            await PlayAsync(run, factor, cancellation).ConfigureAwait(false);
        }
        else
        {
            run.Cluster.Scheduler.RunUntil(run.End);
        }

        Summarise(console, run.Timeline.Intervals);
        return 0;
    }

    private static async Task PlayAsync(ScenarioRun run, double speed, CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        run.Cluster.Scheduler.At(run.End, ended.SetResult);
        await using var driver = new RealTimeDriver(run.Cluster.Scheduler, TimeProvider.System, speed);
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

    private static double? Factor(double? typed) => typed is null or (> 0 and <= 100_000)
        ? typed
        : throw new CommandMistake(string.Create(CultureInfo.InvariantCulture, $"--speed {typed}: above 0, up to 100000"));

    private static StreamWriter? Open(string? output)
    {
        try
        {
            return output is null ? null : new StreamWriter(output);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandMistake($"--out {output}: {exception.Message}");
        }
    }
}
