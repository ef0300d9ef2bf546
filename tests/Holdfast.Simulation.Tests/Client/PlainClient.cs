using Holdfast.Incidents.Judging;
using Holdfast.Cql;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cql.Syntax;
using Microsoft.Extensions.Logging;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>
/// The client without its protection against one node: what a fault puts on the wire reaches the caller as it is, and is not
/// mended by a retry elsewhere.
/// </summary>
internal sealed class PlainClient : ILoggerFactory, ILogger
{
    private static readonly string[] s_schema =
    [
        "CREATE KEYSPACE sessions WITH replication = {'class': 'NetworkTopologyStrategy', 'eqiad': 1}",
        "CREATE TABLE sessions.values (key text PRIMARY KEY, value blob)",
    ];

    private readonly Statements _statements = new();
    private readonly CqlCluster _cluster;
    private readonly List<string> _log = [];

    public PlainClient(int protocol, string? password = null)
    {
        Lab = new SimulatedLab(1, new ClusterOptions
        {
            Datacenters = [new("eqiad", 1)],
            Credentials = password is null ? null : new Credentials("holdfast", password),
        });
        foreach (string cql in s_schema)
        {
            Lab.Cluster.Nodes[0].Process!.Schema.Apply(Parser.Parse(cql).Statement, null);
        }

        _cluster = new CqlCluster(
            new CqlClusterOptions
            {
                ContactPoints = [Lab.Cluster.Nodes[0].Address.ToString()],
                Keyspace = "sessions",
                ProtocolVersionMax = protocol,
                Username = "holdfast",
                Password = password,
                Protection = false,
                CompleteInline = true,
            },
            _statements.All,
            Lab.Time,
            this,
            null,
            new LabTransport(Lab.Clients),
            new Random(1));
        _cluster.Start();
    }

    public SimulatedLab Lab { get; }

    /// <summary>What the client logged, a line each.</summary>
    public string Lines => string.Join('\n', _log);

    public CoordinatorStatus Status => _cluster.Coordinators().Single();

    /// <summary>The fault hits every answer of the node.</summary>
    public void Fault(string kind, params string[] arguments) => Lab.Fault(kind, "all", arguments);

    public void Heal()
    {
        Lab.Faults.HealAll();
        Run(15); // the longest wait between two attempts to connect is 10 s
    }

    public void Run(double seconds) => Lab.Scheduler.RunFor(TimeSpan.FromSeconds(seconds));

    public bool Connects() => Lab.Scheduler.RunUntil(
        () => _cluster.Coordinators() is [{ Trouble: null }] && _cluster.CanServe, TimeSpan.FromSeconds(15));

    public void Store(int key, int version)
    {
        using CqlRows? none = Await(_cluster.ExecuteAsync(
            _statements.Set, new Values(SampleValues.Key(key), SampleValues.Value(key, version)), _cluster.NextTimestamp(), CancellationToken.None)).Rows;
    }

    /// <summary>Reads a key: its outcome, why, and the version that was found.</summary>
    public (CqlOutcome Outcome, string? Reason, int? Version) Read(int key)
    {
        CqlResult result = Await(_cluster.ExecuteAsync(_statements.Get, new Values(SampleValues.Key(key), null), null, CancellationToken.None));
        using CqlRows? rows = result.Rows;
        int? version = rows is not null && rows.Read() && SampleValues.Read(rows.Column(0)) is var (whose, found) && whose == key ? found : null;
        return (result.Outcome, result.Reason, version);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Add(formatter(state, exception));

    public void Dispose()
    {
    }

    private CqlResult Await(ValueTask<CqlResult> request)
    {
        CqlResult? result = null;
        _ = KeepAsync();
        Lab.Scheduler.RunUntil(() => result is not null, TimeSpan.FromSeconds(30));
        return result ?? throw new InvalidOperationException("no answer");

        async Task KeepAsync() => result = await request;
    }
}
