using System.CommandLine;
using System.Net.Http.Json;
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
        var control = ControlOption();
        var command = new Command("fault", "Apply a fault to nodes of a running lab.") { kind, rest, control };
        command.SetAction(async (parsed, cancellation) =>
        {
            var words = parsed.GetValue(rest)!;
            var order = new FaultOrder(
                parsed.GetValue(kind)!,
                [.. words.Where(w => !w.Contains('=', StringComparison.Ordinal))],
                words.Where(w => w.Contains('=', StringComparison.Ordinal)).Select(w => w.Split('=', 2))
                    .ToDictionary(w => w[0], w => w[1], StringComparer.Ordinal));
            using var client = Client(parsed.GetValue(control)!);
            using var response = await client.PostAsJsonAsync("faults", order, ControlServer.Json, cancellation).ConfigureAwait(false);
            return await PrintAsync(console, response, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    public static Command BuildHeal(IAnsiConsole console)
    {
        var id = new Argument<string>("fault") { Description = "Its number, or all." };
        var control = ControlOption();
        var command = new Command("heal", "Heal a fault of a running lab.") { id, control };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = Client(parsed.GetValue(control)!);
            var path = parsed.GetValue(id) == "all" ? "faults" : $"faults/{parsed.GetValue(id)}";
            using var response = await client.DeleteAsync(new Uri(path, UriKind.Relative), cancellation).ConfigureAwait(false);
            return await PrintAsync(console, response, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    public static Command BuildState(IAnsiConsole console)
    {
        var control = ControlOption();
        var command = new Command("state", "Print a running lab's state as JSON.") { control };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = Client(parsed.GetValue(control)!);
            using var response = await client.GetAsync(new Uri("state", UriKind.Relative), cancellation).ConfigureAwait(false);
            return await PrintAsync(console, response, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static Option<string> ControlOption() => new("--control")
    {
        Description = "Where the lab's control API listens.", DefaultValueFactory = _ => "127.0.0.1:9180",
    };

    private static HttpClient Client(string control) => new() { BaseAddress = new Uri($"http://{control}/") };

    private static async Task<int> PrintAsync(IAnsiConsole console, HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        console.WriteLine(text.Length > 0 ? text : $"{(int)response.StatusCode} {response.ReasonPhrase}");
        return response.IsSuccessStatusCode ? 0 : 1;
    }
}
