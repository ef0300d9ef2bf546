using System.CommandLine;
using System.Globalization;
using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Scenarios;

namespace Holdfast.Lab.Commands;

/// <summary>The options of `lab up`, read and understood in one place.</summary>
internal sealed class UpSettings
{
    private const int NodesMax = 200;

    private readonly Option<string[]> datacenters = new("--dc")
    {
        Description = "A data centre and its nodes, as eqiad=3; repeatable. (datacenter1=3)",
    };

    private readonly Option<string?> scenario = new("--scenario")
    {
        Description = "Plays this scenario's timeline on its cluster, for clients from outside; ends with it.",
    };

    private readonly Option<bool> hold = new("--hold") { Description = "The scenario waits for `lab begin`." };

    private readonly Option<double> speed = new("--speed")
    {
        Description = "The cluster's time, timeouts included, runs this many times real time.", DefaultValueFactory = _ => 1,
    };

    private readonly BaseOption firstAddress = BaseOption.Create();

    private readonly Option<int> port = new("--port") { Description = "Every node's port.", DefaultValueFactory = _ => 9042 };

    private readonly Option<string> control = new("--control")
    {
        Description = "Where the control API listens, on loopback.", DefaultValueFactory = _ => "127.0.0.1:9180",
    };

    private readonly Option<string?> auth = new("--auth") { Description = "user:password; switches PasswordAuthenticator on." };

    private readonly Option<string?> tls = new("--tls")
    {
        Description = "Switches TLS on; the test authority and certificate go to this folder. (lab-tls)", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> lasts = new("--for") { Description = "Ends by itself after this long, as 60s." };

    private readonly Option<ulong> seed = new("--seed") { Description = "Tokens, host ids and draws.", DefaultValueFactory = _ => 1 };

    private readonly Option<int> protocolMax = new("--protocol-max") { Description = "4 or 5.", DefaultValueFactory = _ => 5 };

    private readonly Option<bool> cold = new("--cold")
    {
        Description = "Start every node from nothing instead of as a cluster that has run for long.",
    };

    public IEnumerable<Option> All =>
        [datacenters, scenario, hold, speed, firstAddress, port, control, auth, tls, lasts, seed, protocolMax, cold];

    public UpRequest Read(ParseResult parsed)
    {
        var played = parsed.GetValue(scenario) is { } name ? ScenarioArgument.Read(name) : null;
        var typed = parsed.GetValue(datacenters) ?? [];
        if (played is not null && typed.Length > 0)
        {
            throw new CommandMistake("--dc and --scenario: the scenario names its data centres itself");
        }

        if (played is null && parsed.GetValue(hold))
        {
            throw new CommandMistake("--hold needs a --scenario that can wait");
        }

        return new UpRequest(
            Cluster(parsed, played?.Datacenters ?? [.. (typed.Length > 0 ? typed : ["datacenter1=3"]).Select(Datacenter)]),
            parsed.GetValue(seed),
            Factor(parsed.GetValue(speed)),
            Endpoint(parsed.GetValue(control)!),
            parsed.GetValue(lasts) is { } text ? Duration("--for", text) : null,
            parsed.GetValue(cold),
            parsed.GetResult(tls) is null ? null : parsed.GetValue(tls) ?? "lab-tls",
            played,
            parsed.GetValue(hold));
    }

    private ClusterOptions Cluster(ParseResult parsed, IReadOnlyList<DatacenterOptions> chosen)
    {
        if (chosen.Sum(d => d.Nodes) > NodesMax)
        {
            throw new CommandMistake($"--dc: more than {NodesMax} nodes in one process");
        }

        if (chosen.GroupBy(d => d.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new CommandMistake($"--dc {twice.Key}: named twice");
        }

        var (number, version) = (parsed.GetValue(port), parsed.GetValue(protocolMax));
        if (number is < 1 or > 65_535)
        {
            throw new CommandMistake($"--port {number}: 1 to 65535");
        }

        if (version is not (4 or 5))
        {
            throw new CommandMistake($"--protocol-max {version}: 4 or 5");
        }

        return new ClusterOptions
        {
            Datacenters = chosen,
            BaseAddress = firstAddress.Of(parsed),
            Port = number,
            Credentials = User(parsed.GetValue(auth)),
            Protocol = ProtocolLimits.Default with { VersionMax = version },
            Latency = LatencyModel.NoLocal,
        };
    }

    private static DatacenterOptions Datacenter(string text)
    {
        var parts = text.Split('=');
        return parts.Length == 2 && parts[0].Length > 0
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var nodes) && nodes is > 0 and <= 100
            ? new DatacenterOptions(parts[0], nodes)
            : throw new CommandMistake($"--dc {text}: a name and a number of nodes from 1 to 100, as eqiad=3");
    }

    private static Credentials? User(string? text) => text is null ? null
        : text.IndexOf(':', StringComparison.Ordinal) > 0 ? Credentials.Parse(text)
        : throw new CommandMistake("--auth: a user and a password, as user:password");

    private static double Factor(double text) =>
        text is > 0 and <= 1_000 ? text : throw new CommandMistake(string.Create(CultureInfo.InvariantCulture, $"--speed {text}: above 0, up to 1000"));

    private static IPEndPoint Endpoint(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) && IPAddress.IsLoopback(endpoint.Address)
            ? endpoint
            : throw new CommandMistake($"--control {text}: a loopback address and a port, as 127.0.0.1:9180");

    private static TimeSpan Duration(string option, string text) => Durations.TryParse(text, out var duration) && duration > TimeSpan.Zero
        ? duration
        : throw new CommandMistake($"{option} {text}: a duration such as 500ms, 20s, 3m or 2h");
}

/// <param name="Cluster">What it is made of.</param>
/// <param name="Seed">Of every draw.</param>
/// <param name="Speed">Times real time.</param>
/// <param name="Control">Where the control API listens.</param>
/// <param name="Lasts">Null until it is interrupted, or the scenario is over.</param>
/// <param name="IsCold">Nodes start from nothing.</param>
/// <param name="TlsFolder">Null without TLS.</param>
/// <param name="Scenario">Whose timeline is played.</param>
/// <param name="IsHeld">The scenario waits for `lab begin`.</param>
internal sealed record UpRequest(
    ClusterOptions Cluster,
    ulong Seed,
    double Speed,
    IPEndPoint Control,
    TimeSpan? Lasts,
    bool IsCold,
    string? TlsFolder,
    Scenario? Scenario,
    bool IsHeld);
