using System.Globalization;
using System.Net;
using System.Text;
using Holdfast.Cassandra.Schema;
using Holdfast.Cql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.SideBySide.Contestants;

/// <summary>The lab's nodes in a process of their own, one data centre, every row on each of up to three, Kask's schema in place.</summary>
internal sealed class LabNodes : IAsyncDisposable
{
    private const string DataCenter = "bench";

    private readonly ServerProcess _process;

    private LabNodes(ServerProcess process, IReadOnlyList<string> addresses, int port)
    {
        _process = process;
        Addresses = addresses;
        Port = port;
    }

    public IReadOnlyList<string> Addresses { get; }

    public int Port { get; }

    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <summary>A section for a Kask configuration.</summary>
    public string KaskSection => $"""
        cassandra:
          hosts: [{string.Join(", ", Addresses)}]
          port: {Port}
          local_dc: {DataCenter}

        """;

    public CqlClusterOptions Client => new()
    {
        ContactPoints = Addresses,
        Port = Port,
        LocalDataCenter = DataCenter,
        Keyspace = "kask",
    };

    public static async Task<LabNodes> StartAsync(string repository, string folder, int nodes)
    {
        var port = ServerProcess.FreePort();

        // Addresses of this run's own: two runs must not meet.
        var prefix = string.Create(CultureInfo.InvariantCulture, $"127.{100 + (Environment.ProcessId % 100)}.{Environment.ProcessId / 100 % 250}");
        List<string> addresses = [.. Enumerable.Range(1, nodes).Select(number => $"{prefix}.{number}")];
        var process = ServerProcess.Start(
            Path.Combine(repository, "lab/Holdfast.Lab/bin/Release/net10.0/lab"),
            Path.Combine(folder, "lab.log"),
            "up", "--dc", $"{DataCenter}={nodes}", "--base", addresses[0],
            "--port", port.ToString(CultureInfo.InvariantCulture), "--control", $"{addresses[0]}:0");
        var lab = new LabNodes(process, addresses, port);
        await process.WaitUntilListeningAsync(port, IPAddress.Parse(addresses[^1]));
        await lab.CreateSchemaAsync(Math.Min(nodes, 3));
        return lab;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Stores the sessions that clients alone are asked for: session-00000000 and on.</summary>
    public async Task FillAsync(int keys, int valueBytes)
    {
        var write = new CqlStatement("set", "INSERT INTO kask.values (key, value) VALUES (?, ?)", ConsistencyLevel.LocalQuorum) { IsWrite = true };
        await using var cluster = new CqlCluster(Client, [write], TimeProvider.System, NullLoggerFactory.Instance, null);
        cluster.Start();
        var value = new byte[valueBytes];
        for (var number = 0; number < keys; number++)
        {
            var result = await cluster.ExecuteAsync(write, new NumberedSession(number, value), cluster.NextTimestamp(), CancellationToken.None);
            if (result.Outcome != CqlOutcome.Success)
            {
                throw new InvalidOperationException($"A session could not be stored: {result.Reason}");
            }
        }
    }

    private sealed class NumberedSession(int number, byte[] value) : ICqlValues
    {
        private readonly byte[] _key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"session-{number:D8}"));

        public ReadOnlySpan<byte> PartitionKey => _key;

        public int SizeHint => _key.Length + value.Length;

        public int Count => 2;

        public void Write(CqlValueWriter writer)
        {
            writer.WriteBytes(_key);
            writer.WriteBytes(value);
        }
    }

    private async Task CreateSchemaAsync(int replicas)
    {
        await using var cluster = new CqlCluster(Client, [], TimeProvider.System, NullLoggerFactory.Instance, null);
        cluster.Start();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var problem = await SchemaInstaller.ApplyAsync(
            cluster,
            [SchemaText.Keyspace("kask", [new(DataCenter, replicas)]), SchemaText.Table("kask", "values")],
            TimeProvider.System,
            patience.Token);
        if (problem is not null)
        {
            throw new InvalidOperationException($"The schema could not be made: {problem}");
        }
    }
}
