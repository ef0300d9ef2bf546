using System.Net;
using System.Text;
using Holdfast.Cql.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Holdfast.Cql.Tests.Scripted;

/// <summary>A client without its protection on a cluster that is written down: who is where, and what is answered to EXECUTE.</summary>
internal sealed class ScriptedCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();

    public ScriptedCluster(params string[] addresses)
    {
        Hosts = [.. addresses.Select((address, i) => new Host(new Guid(i + 1, 0, 0, new byte[8]), At(address)))];
        Servers = new ScriptedServers(Answer);
        Client = new CqlCluster(
            new CqlClusterOptions
            {
                ContactPoints = [addresses[0]],
                LocalDataCenter = "here",
                Keyspace = "ks",
                Protection = false,
                CompleteInline = true,
            },
            [Get], _time, NullLoggerFactory.Instance, null, Servers, new Random(1));
    }

    public static CqlStatement Get { get; } = new("get", "SELECT * FROM ks.t WHERE key = ?", ConsistencyLevel.LocalQuorum) { Columns = 1 };

    public ScriptedServers Servers { get; }

    public CqlCluster Client { get; }

    /// <summary>Who answers where, and whom system.peers names: all of them, to each.</summary>
    public List<Host> Hosts { get; }

    /// <summary>Whom system.peers still names, though nobody answers there.</summary>
    public List<Host> Remnants { get; } = [];

    /// <summary>The answer to a question for peers_v2; null has the table.</summary>
    public byte[]? PeersV2Refusal { get; set; }

    /// <summary>The answer to EXECUTE; without it, one row of one value.</summary>
    public Func<ScriptedRequest, byte[]>? Execute { get; set; }

    public static IPEndPoint At(string address) => new(IPAddress.Parse(address), 9042);

    public void Start(double seconds = 2)
    {
        Client.Start();
        Run(seconds);
    }

    public void Run(double seconds)
    {
        Servers.Pump();
        for (TimeSpan left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= s_step)
        {
            _time.Advance(s_step);
            Servers.Pump();
        }
    }

    /// <summary>Reads one key through whoever serves it.</summary>
    public Task<CqlResult> ReadAsync(byte key = 1)
    {
        Task<CqlResult> reading = Client.ExecuteAsync(Get, new Key([key]), null, CancellationToken.None).AsTask();
        Run(3);
        return reading;
    }

    public CoordinatorStatus? Coordinator(Guid host) => Client.Coordinators().SingleOrDefault(coordinator => coordinator.Host == new HostId(host));

    public async ValueTask DisposeAsync()
    {
        ValueTask closing = Client.DisposeAsync();
        Servers.Pump();
        await closing;
    }

    private (Opcode Opcode, byte[] Body)? Answer(ScriptedRequest request)
    {
        if (Hosts.Find(host => host.EndPoint.Equals(request.At)) is not { } self)
        {
            return null;
        }

        return request.Opcode switch
        {
            Opcode.Startup or Opcode.Register => (Opcode.Ready, []),
            Opcode.Options => (Opcode.Supported, [0, 0]),
            Opcode.Prepare => (Opcode.Result, Prepared(request.Version)),
            Opcode.Execute => (Opcode.Result, Execute?.Invoke(request) ?? BodyBytes.Rows(1, [[7]])),
            _ => Query(request.Cql, self),
        };
    }

    private (Opcode Opcode, byte[] Body) Query(string cql, Host self)
    {
        Host[] others = [.. Hosts.Concat(Remnants).Where(host => host != self)];
        return cql switch
        {
            _ when cql.Contains("SELECT host_id FROM system.local", StringComparison.Ordinal) => (Opcode.Result, BodyBytes.Rows(1, [BodyBytes.Uuid(self.Id)])),
            _ when cql.Contains("tokens, release_version FROM system.local", StringComparison.Ordinal) => (Opcode.Result, BodyBytes.Rows(5, Describe(self))),
            _ when cql.Contains("system.peers_v2", StringComparison.Ordinal) => PeersV2Refusal is { } refusal
                ? (Opcode.Error, refusal)
                : (Opcode.Result, BodyBytes.Rows(7, [.. others.Select(host => (byte[][])[.. Describe(host), Address(host), BodyBytes.Number(host.EndPoint.Port)])])),
            _ when cql.Contains("system.peers", StringComparison.Ordinal) =>
                (Opcode.Result, BodyBytes.Rows(6, [.. others.Select(host => (byte[][])[.. Describe(host), Address(host)])])),
            _ when cql.Contains("system_schema.keyspaces", StringComparison.Ordinal) => (Opcode.Result, BodyBytes.Rows(1, [Replication()])),
            _ => (Opcode.Error, BodyBytes.Of(0x2200).Text("not in this script").ToArray()),
        };
    }

    private static byte[][] Describe(Host host) =>
        [BodyBytes.Uuid(host.Id), Utf8("here"), Utf8("rack"), BodyBytes.Set(host.Token), Utf8("4.0.0")];

    private static byte[] Address(Host host) => host.EndPoint.Address.GetAddressBytes();

    private static byte[] Replication() =>
        BodyBytes.Of(2).Value(Utf8("class")).Value(Utf8("NetworkTopologyStrategy")).Value(Utf8("here")).Value(Utf8("2")).ToArray();

    /// <summary>One marker, key text; one column, value blob. In v5 the result's metadata is called E1.</summary>
    private static byte[] Prepared(byte version)
    {
        BodyBytes body = BodyBytes.Of(4).ShortBytes([0xAB]);
        if (version == 5)
        {
            body.ShortBytes([0xE1]);
        }

        return body.Int(1).Int(1).Int(1).Short(0).Text("ks").Text("t").Text("key").Short(0x0D)
            .Int(1).Int(1).Text("ks").Text("t").Text("value").Short(0x03).ToArray();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A host, in a data centre of the name here.</summary>
    internal sealed record Host(Guid Id, IPEndPoint EndPoint)
    {
        public string Token => EndPoint.Address.GetAddressBytes()[3].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class Key(byte[] key) : ICqlValues
    {
        public ReadOnlySpan<byte> PartitionKey => key;

        public int SizeHint => key.Length;

        public int Count => 1;

        public void Write(CqlValueWriter writer) => writer.WriteBytes(key);
    }
}
