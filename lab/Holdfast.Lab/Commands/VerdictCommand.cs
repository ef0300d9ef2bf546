using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Holdfast.Lab.Control;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>`lab verdict`: which coordinators of a running lab could have served a key, and when, a line each.</summary>
internal static class VerdictCommand
{
    public static Command Build(IAnsiConsole console)
    {
        var keyspace = new Argument<string>("keyspace");
        var key = new Argument<string>("key") { Description = "A partition key of type text." };
        var level = new Option<string>("--level") { Description = "The consistency level.", DefaultValueFactory = _ => "LOCAL_QUORUM" };
        var write = new Option<bool>("--write") { Description = "Of a write, instead of a read." };
        var since = new Option<string>("--since") { Description = "How far back.", DefaultValueFactory = _ => "1m" };
        var control = RunningLab.ControlOption();
        var command = new Command("verdict", "Tell which coordinators of a running lab could have served a key.")
        {
            keyspace, key, level, write, since, control,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string Escaped(string? text) => Uri.EscapeDataString(text ?? "");
            var path = $"verdict?keyspace={Escaped(parsed.GetValue(keyspace))}&key={Escaped(parsed.GetValue(key))}"
                + $"&level={Escaped(parsed.GetValue(level))}&since={Escaped(parsed.GetValue(since))}"
                + (parsed.GetValue(write) ? "&write=true" : "");
            var answer = await RunningLab.AskAsync(
                parsed.GetValue(control)!, c => c.GetAsync(RunningLab.Relative(path), cancellation), cancellation).ConfigureAwait(false);
            foreach (var line in Lines(JsonSerializer.Deserialize<VerdictReport>(answer, ControlServer.Json)!))
            {
                console.WriteLine(line);
            }

            return 0;
        });
        return command;
    }

    private static IEnumerable<string> Lines(VerdictReport report)
    {
        var width = report.Coordinators.Max(c => c.Name.Length);
        foreach (var coordinator in report.Coordinators)
        {
            yield return $"{coordinator.Name.PadRight(width)}  {string.Join(", then ", coordinator.Spans.Select(Of))}";
        }

        foreach (var datacenter in report.Datacenters)
        {
            yield return $"{datacenter.Name}: " + (datacenter.CouldServeThroughout ? "one coordinator could serve all the while"
                : datacenter.CouldServeAtTimes ? "served at times, by nobody all the while"
                : datacenter.MightServeAtTimes ? "served by chance at best"
                : "nobody could serve");
        }
    }

    private static string Of(SpanReport span) => string.Create(
        CultureInfo.InvariantCulture, $"{span.Verdict.ToString().ToLowerInvariant()} {(span.To - span.From).TotalSeconds:F1} s");
}
