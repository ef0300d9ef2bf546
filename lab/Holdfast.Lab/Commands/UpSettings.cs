using System.CommandLine;
using System.Globalization;
using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Commands;

/// <summary>The options of `lab up`, read and understood in one place.</summary>
internal sealed class UpSettings
{
    public Option<string[]> Datacenters { get; } = new("--dc")
    {
        Description = "A data centre and its nodes, as eqiad=3; repeatable.", DefaultValueFactory = _ => ["datacenter1=3"],
    };

    public Option<string> Base { get; } = new("--base")
    {
        Description = "The first node's address; the others count up.", DefaultValueFactory = _ => "127.0.1.1",
    };

    public Option<int> Port { get; } = new("--port") { Description = "Every node's port.", DefaultValueFactory = _ => 9042 };

    public Option<string> Control { get; } = new("--control")
    {
        Description = "Where the control API listens, on loopback.", DefaultValueFactory = _ => "127.0.0.1:9180",
    };

    public Option<string?> Auth { get; } = new("--auth") { Description = "user:password; switches PasswordAuthenticator on." };

    public Option<string?> Tls { get; } = new("--tls")
    {
        Description = "Switches TLS on; the test authority and certificate go to this folder.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> For { get; } = new("--for") { Description = "Ends by itself after this long, as 60s." };

    public Option<ulong> Seed { get; } = new("--seed") { Description = "Tokens, host ids and draws.", DefaultValueFactory = _ => 1 };

    public Option<int> ProtocolMax { get; } = new("--protocol-max") { Description = "4 or 5.", DefaultValueFactory = _ => 5 };

    public Option<bool> Cold { get; } = new("--cold") { Description = "Start every node from nothing instead of as a cluster that has run for long." };

    public IEnumerable<Option> All => [Datacenters, Base, Port, Control, Auth, Tls, For, Seed, ProtocolMax, Cold];

    public ClusterOptions ToCluster(ParseResult parsed) => new()
    {
        Datacenters = [.. parsed.GetValue(Datacenters)!.Select(Datacenter)],
        BaseAddress = parsed.GetValue(Base)!,
        Port = parsed.GetValue(Port),
        Credentials = parsed.GetValue(Auth) is { } auth ? Credentials.Parse(auth) : null,
        Protocol = ProtocolLimits.Default with { VersionMax = parsed.GetValue(ProtocolMax) },
        Latency = LatencyModel.NoLocal,
    };

    public TimeSpan? Duration(ParseResult parsed) => parsed.GetValue(For) is { } text ? Durations.Parse(text) : null;

    public IPEndPoint ControlEndpoint(ParseResult parsed) => IPEndPoint.Parse(parsed.GetValue(Control)!);

    private static DatacenterOptions Datacenter(string text)
    {
        var parts = text.Split('=');
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var nodes) && nodes is > 0 and <= 100
            ? new DatacenterOptions(parts[0], nodes)
            : throw new FormatException($"--dc {text}: expected a name and a number of nodes, as eqiad=3");
    }
}
