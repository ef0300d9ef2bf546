using System.Net;
using System.Net.Sockets;
using Holdfast.Cassandra.Schema;
using Holdfast.Cql;
using Holdfast.Cql.Transport;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using SocketTransport = Holdfast.Lab.Transport.SocketTransport;

namespace Holdfast.Cassandra.Tests;

/// <summary>The lab's six nodes on loopback sockets, on addresses and a port that nobody else has, with the schema in place.</summary>
internal sealed class TestLab : IAsyncDisposable
{
    private static int s_labs;

    private readonly FaultBoard _faults;
    private readonly RealTimeDriver _driver;
    private readonly SocketTransport _transport;
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-lab-").FullName;
    private readonly TestLabOptions _options;

    private TestLab(TestLabOptions options)
    {
        _options = options;
        int number = Interlocked.Increment(ref s_labs);
        string baseAddress = $"127.{220 + (number % 30)}.{Environment.ProcessId % 250}.1";
        Scheduler scheduler = new(1, TimeProvider.System.GetUtcNow());
        ClusterOptions cluster = new()
        {
            Datacenters = [new("eqiad", 3), new("codfw", 3)],
            BaseAddress = baseAddress,
            Port = FreePort(baseAddress),
            Credentials = options.Password is { } password ? new Credentials("holdfast", password) : null,
        };
        Cluster = new LabCluster(scheduler, cluster);
        _faults = new FaultBoard(Cluster);
        Cluster.StartWarm();
        _driver = new RealTimeDriver(scheduler, TimeProvider.System);
        TransportOptions transport = new()
        {
            Certificate = options.Tls
                ? LabCertificates.Make(_folder, Cluster.Nodes.Select(node => node.Address.Address), TimeProvider.System.GetUtcNow())
                : null,
        };
        _transport = new SocketTransport(Cluster, _driver, transport, TimeProvider.System, NullLogger.Instance);
    }

    public LabCluster Cluster { get; }

    /// <summary>How a client reaches it.</summary>
    public CqlClusterOptions Client => new()
    {
        ContactPoints = [Cluster.Nodes[0].Address.ToString(), Cluster.Nodes[1].Address.ToString()],
        Port = Cluster.Options.Port,
        LocalDataCenter = "eqiad",
        Keyspace = "kask",
        Username = _options.Password is null ? null : "holdfast",
        Password = _options.Password,
        Tls = _options.Tls ? new CqlTlsOptions { CertificateAuthorityPath = Path.Combine(_folder, "ca.pem") } : null,
        ProtocolVersionMax = _options.Protocol,
    };

    public static async Task<TestLab> StartAsync(TestLabOptions options)
    {
        TestLab lab = new(options);
        await lab._transport.StartAsync();
        await using CqlCluster cluster = new(lab.Client, [], TimeProvider.System, NullLoggerFactory.Instance, null);
        cluster.Start();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        string? problem = await SchemaInstaller.ApplyAsync(
            cluster,
            [SchemaText.Keyspace("kask", [new("eqiad", 3), new("codfw", 3)]), SchemaText.Table("kask", "values")],
            TimeProvider.System,
            patience.Token);
        return problem is null ? lab : throw new InvalidOperationException(problem);
    }

    public Task<int> FaultAsync(string kind, string node, params (string Name, string Value)[] arguments) =>
        _driver.InvokeAsync(() => _faults.Apply(kind, [node], arguments).Id);

    public Task<bool> HealAsync(int fault) => _driver.InvokeAsync(() => _faults.Heal(fault));

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        await _driver.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort(string address)
    {
        using TcpListener listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal sealed record TestLabOptions(int Protocol = 5, bool Tls = false, string? Password = null);
