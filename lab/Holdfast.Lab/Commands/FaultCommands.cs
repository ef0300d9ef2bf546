using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Lab.Control;
using Holdfast.Lab.Faults;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>`lab faults`, `lab fault`, `lab heal`, `lab state`: the list of faults, and the control API of a running lab.</summary>
internal static class FaultCommands
{
    public static Command BuildKinds(IAnsiConsole console)
    {
        var command = new Command("faults", "List every kind of fault.");
        command.SetAction(_ =>
        {
            foreach (var kind in FaultCatalog.All)
            {
                console.WriteLine($"{kind.Name,-20} {kind.Summary}");
                foreach (var parameter in kind.Parameters)
                {
                    var standard = parameter.Default.Length == 0 ? "" : $" ({parameter.Default})";
                    console.WriteLine($"{"",-20}   {parameter.Name}={parameter.Kind.ToString().ToLowerInvariant()}{standard}: {parameter.Summary}");
                }
            }

            return 0;
        });
        return command;
    }

    public static Command BuildFault(IAnsiConsole console)
    {
        var kind = new Argument<string>("kind") { Description = "As `lab faults` lists them." };
        var rest = new Argument<string[]>("nodes and arguments")
        {
            Description = "Names, addresses, data centres or all; then arguments as down=1m, for=30s.", Arity = ArgumentArity.ZeroOrMore,
        };
        var control = RunningLab.ControlOption();
        var command = new Command("fault", "Apply a fault to nodes of a running lab.") { kind, rest, control };
        command.SetAction(async (parsed, cancellation) =>
        {
            var order = Order(parsed.GetValue(kind)!, parsed.GetValue(rest)!);
            var applied = await RunningLab.AskAsync(
                parsed.GetValue(control)!, c => c.PostAsJsonAsync("faults", order, ControlServer.Json, cancellation), cancellation).ConfigureAwait(false);
            console.WriteLine(Line(JsonSerializer.Deserialize<FaultReport>(applied, ControlServer.Json)!));
            return 0;
        });
        return command;
    }

    /// <summary>What was typed: words with an equals sign are arguments, the others nodes; of an argument typed twice the last counts.</summary>
    public static FaultOrder Order(string kind, IReadOnlyList<string> words)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal); // by name alone
        foreach (var word in words.Where(w => w.Contains('=', StringComparison.Ordinal)).Select(w => w.Split('=', 2)))
        {
            arguments[word[0]] = word[1];
        }

        return new FaultOrder(kind, [.. words.Where(w => !w.Contains('=', StringComparison.Ordinal))], arguments);
    }

    public static Command BuildHeal()
    {
        var id = new Argument<string>("fault") { Description = "Its number, or all." };
        var control = RunningLab.ControlOption();
        var command = new Command("heal", "Heal a fault of a running lab.") { id, control };
        command.SetAction(async (parsed, cancellation) =>
        {
            var which = parsed.GetValue(id)!;
            var path = which == "all" ? "faults"
                : int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? $"faults/{number}"
                : throw new CommandMistake($"heal {which}: a fault's number, as `lab fault` prints it, or all");
            await RunningLab.AskAsync(parsed.GetValue(control)!, c => c.DeleteAsync(RunningLab.Relative(path), cancellation), cancellation)
                .ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    public static Command BuildState(IAnsiConsole console)
    {
        var control = RunningLab.ControlOption();
        var command = new Command("state", "Print a running lab's state as JSON.") { control };
        command.SetAction(async (parsed, cancellation) =>
        {
            console.WriteLine(await RunningLab.AskAsync(
                parsed.GetValue(control)!, c => c.GetAsync(RunningLab.Relative("state"), cancellation), cancellation).ConfigureAwait(false));
            return 0;
        });
        return command;
    }

    public static Command BuildBegin()
    {
        var control = RunningLab.ControlOption();
        var command = new Command("begin", "Begin the scenario of a lab that was started with --hold.") { control };
        command.SetAction(async (parsed, cancellation) =>
        {
            await RunningLab.AskAsync(
                parsed.GetValue(control)!, c => c.PostAsync(RunningLab.Relative("scenario"), null, cancellation), cancellation).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static string Line(FaultReport fault) =>
        $"#{fault.Id} {fault.Kind} {string.Join(' ', fault.Nodes)} {string.Join(' ', fault.Arguments.Select(a => $"{a.Key}={a.Value}"))}".TrimEnd();
}
