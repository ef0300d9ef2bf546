using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Holdfast.Cassandra.Schema;
using Holdfast.Cql;
using Holdfast.Incidents.Judging;
using Holdfast.Incidents.Plans;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using SocketTransport = Holdfast.Lab.Transport.SocketTransport;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// This folder: the built program on the lab's cluster, over real sockets and in real time. The cluster: two data centres of three
/// nodes, whose starts take seconds instead of a quarter of a minute, with faults and the oracle.
/// </summary>
internal sealed class ClusterOnSockets : IAsyncDisposable
{
    private readonly RealTimeDriver _driver;
    private readonly SocketTransport _transport;
    private readonly FaultBoard _faults;
    private readonly LabCluster _cluster;
    private readonly VerdictTimeline _verdicts;

    private ClusterOnSockets(ulong seed)
    {
        string baseAddress = string.Create(CultureInfo.InvariantCulture, $"127.{200 + (int)(seed % 20)}.{Environment.ProcessId % 250}.1");
        Scheduler scheduler = new(seed, TimeProvider.System.GetUtcNow() - LabCluster.WarmUp);
        _cluster = new LabCluster(scheduler, new ClusterOptions
        {
            Datacenters = [new("eqiad", 3), new("codfw", 3)],
            BaseAddress = baseAddress,
            Port = FreePort(baseAddress),
            Membership = new MembershipTimings
            {
                BootMin = TimeSpan.FromSeconds(1),
                BootMax = TimeSpan.FromSeconds(2),
                Settle = TimeSpan.FromSeconds(1),
                ShadowRoundMax = TimeSpan.FromSeconds(3),
                WaitForPeersMax = TimeSpan.FromSeconds(1),
            },
        }) { Ledger = new QuorumLedger() };
        _faults = new FaultBoard(_cluster);
        _cluster.StartWarm();
        scheduler.RunFor(LabCluster.WarmUp);
        scheduler.RunFor(TimeProvider.System.GetUtcNow() - scheduler.UtcNow); // what the warm-up itself took
        _verdicts = new VerdictTimeline(_cluster) { Keep = TimeSpan.FromMinutes(5) };
        Judge = new SiteJudge(_cluster, _verdicts, protection: true) { Slack = TimeSpan.FromMilliseconds(100) };
        _driver = new RealTimeDriver(scheduler, TimeProvider.System);
        _transport = new SocketTransport(_cluster, _driver, new TransportOptions(), TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Touched on the lab's own thread alone.</summary>
    public SiteJudge Judge { get; }

    public int Port => _cluster.Options.Port;

    /// <summary>Contact points, as a Kask file names them.</summary>
    public IReadOnlyList<string> Hosts => [.. _cluster.Nodes.Where(node => node.Datacenter == "eqiad").Select(node => node.Address.Address.ToString())];

    /// <summary>Where a node takes CQL connections, as an instance names it.</summary>
    public string AddressOf(string node) => _cluster.Nodes.Single(n => n.Name == node).Address.ToString();

    /// <summary>The cluster's moment now.</summary>
    public TimeSpan Now => _driver.ToSimulated(TimeProvider.System.GetUtcNow());

    /// <summary>A cluster that nobody can reach yet, and that has no keyspace.</summary>
    public static ClusterOnSockets Make(ulong seed) => new(seed);

    /// <summary>Opens its ports.</summary>
    public Task OpenAsync() => _transport.StartAsync();

    public static async Task<ClusterOnSockets> StartAsync(ulong seed)
    {
        ClusterOnSockets cluster = Make(seed);
        await cluster.OpenAsync();
        CqlClusterOptions client = new() { ContactPoints = cluster.Hosts, Port = cluster.Port, LocalDataCenter = "eqiad", Keyspace = "kask" };
        await using CqlCluster schema = new(client, [], TimeProvider.System, NullLoggerFactory.Instance, null);
        schema.Start();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        string? problem = await SchemaInstaller.ApplyAsync(
            schema,
            [SchemaText.Keyspace("kask", [new("eqiad", 3), new("codfw", 3)]), SchemaText.Table("kask", "values")],
            TimeProvider.System,
            patience.Token);
        return problem is null ? cluster : throw new InvalidOperationException(problem);
    }

    /// <summary>Faults begin when the plan says, counted from now.</summary>
    public Task BeginAsync(FaultPlan plan) => _driver.InvokeAsync(() =>
    {
        foreach (PlannedFault fault in plan.Faults)
        {
            _cluster.Scheduler.After(fault.At, () => _faults.Apply(
                fault.Kind, fault.Nodes.Split(' '), [.. fault.Arguments.Select(a => a.Split('=', 2)).Select(a => (a[0], a[1]))]));
        }

        return true;
    });

    /// <summary>
    /// Reboots the nodes hard, one after the other: each rejoins blind, takes requests without a quorum for any of them for so long, and is
    /// healed; the next one follows when all is well.
    /// </summary>
    public async Task RebootInTurnAsync(IEnumerable<string> nodes, TimeSpan blindFor)
    {
        foreach (string node in nodes)
        {
            await BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "rejoin-blind", node, "down=3s")));
            await UntilAsync(() => IsBlindAsync(node));
            await Task.Delay(blindFor, TimeProvider.System);
            if (!await IsBlindAsync(node))
            {
                throw new InvalidOperationException($"{node} is not blind any more");
            }

            await HealAsync();
            await UntilAsync(IsWellAsync);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException("It did not come about within a minute.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Every fault is over and every node runs and sees the others.</summary>
    public Task HealAsync() => _driver.InvokeAsync(() =>
    {
        _faults.HealAll();
        foreach (Node node in _cluster.Nodes)
        {
            if (node.Process is null)
            {
                node.Run(new Lab.Cluster.StartOptions());
            }
        }

        return true;
    });

    /// <summary>True when every local coordinator could serve every range.</summary>
    public Task<bool> IsWellAsync() => IsAsync(node => node.Datacenter == "eqiad", Verdict.Serves);

    /// <summary>True when this coordinator takes requests and says of every range that there is no quorum.</summary>
    public Task<bool> IsBlindAsync(string name) => IsAsync(node => node.Name == name, Verdict.Refuses);

    private Task<bool> IsAsync(Func<Node, bool> which, Verdict verdict) => _driver.InvokeAsync(() =>
        _cluster.Nodes.Where(which).All(node => node.Disk.Tokens.All(token => _verdicts.At(
            node.Index,
            new Question(token, SiteJudge.Replication, Lab.Protocol.ConsistencyLevel.LocalQuorum, IsWrite: true),
            _cluster.Scheduler.Now) == verdict)));

    /// <summary>Asks the judge on the lab's own thread.</summary>
    public Task<T> AskAsync<T>(Func<SiteJudge, T> question) => _driver.InvokeAsync(() => question(Judge));

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        await _driver.DisposeAsync();
    }

    private static int FreePort(string address)
    {
        using TcpListener listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
