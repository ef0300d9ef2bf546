using System.Diagnostics.Metrics;
using System.Net;
using Holdfast.Cassandra;
using Holdfast.Cql;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Health;
using Holdfast.Incidents.Judging;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Simulation.Tests.Client;
using Holdfast.Simulation.Tests.Sites;
using Xunit;

namespace Holdfast.Simulation.Tests.Requests;

/// <summary>
/// This folder: the rows of the retry table, the budgets and what is around a request, one by one. This is a cluster whose nodes say what
/// a test wants to one client, in virtual time.
/// </summary>
internal sealed class RequestSite : IDisposable
{
    private readonly Statements _statements;
    private readonly SimulationLog _log;
    private readonly CqlCluster? _cluster;
    private readonly IMeterFactory? _meters;

    public RequestSite(
        int nodes = 3, Safeguards without = Safeguards.None, Func<CqlClusterOptions, CqlClusterOptions>? set = null,
        CassandraStoreOptions? store = null, Statements? statements = null, IMeterFactory? meters = null)
    {
        _meters = meters;
        _statements = statements ?? new Statements();
        Lab = new SimulatedLab(20_230_124, new ClusterOptions { Datacenters = [new("eqiad", nodes), new("codfw", 3)] });
        _log = new SimulationLog(Lab.Scheduler);
        Schema.Create(Lab);
        Transport = new ScriptedTransport(new LabTransport(Lab.Clients), Lab.Scheduler);
        CqlClusterOptions options = new()
        {
            ContactPoints = [Lab.Cluster.Nodes[0].Address.ToString()],
            LocalDataCenter = "eqiad",
            Keyspace = "sessions",
            Probe = _statements.Get,
            Health = new HealthOptions { Without = without },
            ProtocolVersionMax = 4,
            CompleteInline = true,
        };
        options = set?.Invoke(options) ?? options;
        if (store is null)
        {
            _cluster = Connect(options, _statements.All);
            _cluster.Start();
        }
        else
        {
            Store = new CassandraSessionStore(store with { Keyspace = "sessions", Table = "values" }, options, Lab.Time, _log.Of("client"), null, Connect);
        }

        Assert.True(Lab.Scheduler.RunUntil(
            () => Cluster.CanServe && Cluster.Coordinators() is { Count: var known } all && known == nodes && all.All(c => c.State == CoordinatorState.Up),
            TimeSpan.FromSeconds(30)));
        Run(35); // the slow start is over
    }

    public SimulatedLab Lab { get; }

    public ScriptedTransport Transport { get; }

    public CassandraSessionStore? Store { get; }

    public CqlCluster Cluster => _cluster ?? Store!.Cluster;

    public TimeSpan Now => Lab.Scheduler.Now;

    public IReadOnlyList<string> Log => _log.Lines;

    /// <summary>The addresses of the local data centre.</summary>
    public IReadOnlyList<IPEndPoint> Local => [.. Lab.Cluster.Nodes.Where(node => node.Datacenter == "eqiad").Select(node => node.Address)];

    public void Run(double seconds) => Lab.Scheduler.RunFor(TimeSpan.FromSeconds(seconds));

    public CoordinatorStatus Of(IPEndPoint node) => Cluster.Coordinators().Single(c => c.Address == node.ToString());

    /// <summary>Attempts through a node that ended so.</summary>
    public long Attempts(IPEndPoint node, AttemptResult result) =>
        Cluster.Core.Table.All.Single(c => c.Host.EndPoint.Equals(node)).Attempts[(int)result];

    public IReadOnlyList<IPEndPoint> ReplicasOf(int key) =>
    [
        .. Lab.Cluster.JoinedRing().ReplicasOf(Murmur3Partitioner.Token(SampleValues.Key(key)), SiteJudge.Replication)
            .Select(index => Lab.Cluster.Nodes[index].Address).Where(Local.Contains),
    ];

    /// <summary>Begins a read.</summary>
    public Task<CqlResult> Ask(int key) =>
        Cluster.ExecuteAsync(_statements.Get, new Values(SampleValues.Key(key), null), null, CancellationToken.None).AsTask();

    /// <summary>Begins a delete at the statement's level.</summary>
    public Task<CqlResult> Delete(int key) =>
        Cluster.ExecuteAsync(_statements.Delete, new Values(SampleValues.Key(key), null), Cluster.NextTimestamp(), CancellationToken.None).AsTask();

    /// <summary>Waits for it, and says how long that took.</summary>
    public (T Result, TimeSpan Took) Await<T>(Task<T> work)
    {
        TimeSpan began = Now;
        Assert.True(Lab.Scheduler.RunUntil(() => work.IsCompleted, TimeSpan.FromSeconds(30)), "no answer within half a minute");
#pragma warning disable VSTHRD002 // it is complete: virtual time has no other thread to wait for
        return (work.Result, Now - began);
#pragma warning restore VSTHRD002
    }

    /// <summary>So many reads, a millisecond apart, and how each ended.</summary>
    public IReadOnlyList<CqlResult> AskMany(int count)
    {
        List<Task<CqlResult>> all = [];
        for (int i = 0; i < count; i++)
        {
            all.Add(Ask(i % 100));
            Run(0.001);
        }

        return [.. all.Select(one => Await(one).Result)];
    }

    public void Dispose() => _log.Dispose();

    private CqlCluster Connect(CqlClusterOptions options, IReadOnlyList<CqlStatement> statements) =>
        new(options, statements, Lab.Time, _log.Of("client"), _meters, Transport, new Random(1));
}
