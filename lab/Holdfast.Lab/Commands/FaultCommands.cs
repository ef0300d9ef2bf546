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
            return await TellAsync(
                console, parsed.GetValue(control)!, c => c.PostAsJsonAsync("faults", order, ControlServer.Json, cancellation), cancellation)
                .ConfigureAwait(false);
        });
        return command;
    }

    public static Command BuildHeal(IAnsiConsole console)
    {
        var id = new Argument<string>("fault") { Description = "Its number, or all." };
        var control = ControlOption();
        var command = new Command("heal", "Heal a fault of a running lab.") { id, control };
        command.SetAction((parsed, cancellation) =>
        {
            var which = parsed.GetValue(id)!;
            var path = which == "all" ? "faults"
                : int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? $"faults/{number}"
                : throw new CommandMistake($"heal {which}: a fault's number, as `lab fault` prints it, or all");
            return TellAsync(console, parsed.GetValue(control)!, c => c.DeleteAsync(Relative(path), cancellation), cancellation);
        });
        return command;
    }

    public static Command BuildState(IAnsiConsole console)
    {
        var control = ControlOption();
        var command = new Command("state", "Print a running lab's state as JSON.") { control };
        command.SetAction((parsed, cancellation) =>
            TellAsync(console, parsed.GetValue(control)!, c => c.GetAsync(Relative("state"), cancellation), cancellation));
        return command;
    }

    public static Command BuildBegin(IAnsiConsole console)
    {
        var control = ControlOption();
        var command = new Command("begin", "Begin the scenario of a lab that was started with --hold.") { control };
        command.SetAction((parsed, cancellation) =>
            TellAsync(console, parsed.GetValue(control)!, client => client.PostAsync(Relative("scenario"), null, cancellation), cancellation));
        return command;
    }

    private static Option<string> ControlOption() => new("--control")
    {
        Description = "Where the lab's control API listens.", DefaultValueFactory = _ => "127.0.0.1:9180",
    };

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    /// <summary>One request to a running lab; what it refuses, and a lab that is not there, is the caller's mistake.</summary>
    private static async Task<int> TellAsync(
        IAnsiConsole console, string control, Func<HttpClient, Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        if (!Uri.TryCreate($"http://{control}/", UriKind.Absolute, out var address) || address.PathAndQuery != "/")
        {
            throw new CommandMistake($"--control {control}: an address and a port, as 127.0.0.1:9180");
        }

        using var client = new HttpClient { BaseAddress = address };
        try
        {
            using var response = await send(client).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandMistake(Reason(text) ?? $"{(int)response.StatusCode} {response.ReasonPhrase}");
            }

            if (text.Length > 0)
            {
                console.WriteLine(text);
            }

            return 0;
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandMistake($"no lab answers on {control} ({unreachable.HttpRequestError}); `lab up` starts one, --control says where it listens");
        }
    }

    /// <summary>Of a problem document.</summary>
    private static string? Reason(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
