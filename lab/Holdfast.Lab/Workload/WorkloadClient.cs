using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Lab.Workload;

/// <summary>
/// This folder: the built-in client, with the habits of the driver in the incident (gocql's defaults, one connection a node):
/// round robin, a timeout, no retry, no count of errors by node. It speaks v5 to the nodes' ports, so that whatever happens to
/// frames and connections happens to it.
/// </summary>
internal sealed class WorkloadClient
{
    private readonly LabCluster cluster;
    private readonly Replication replication;
    private readonly WorkloadOptions options;
    private readonly VerdictTimeline verdicts;
    private readonly Randomness random;
    private readonly Action<WorkloadResult> report;
    private readonly HostPool pool;
    private long lastTimestamp;

    /// <param name="network">The way to the nodes.</param>
    /// <param name="cluster">Whose nodes they are; keyspace kask and its table are there.</param>
    /// <param name="options">What to ask.</param>
    /// <param name="report">What became of each request.</param>
    /// <param name="tell">What happens to its connections.</param>
    public WorkloadClient(
        MemoryNetwork network, LabCluster cluster, WorkloadOptions options, Action<WorkloadResult> report, Action<string> tell)
    {
        this.cluster = cluster;
        this.options = options;
        this.report = report;
        replication = cluster.FindReplication(SessionSchema.Keyspace) ?? throw new InvalidOperationException("there is no schema yet");
        random = cluster.Scheduler.Randomness.Fork("workload");
        verdicts = new VerdictTimeline(cluster);
        var credentials = cluster.Options.Credentials ?? new Credentials("nobody", "");
        pool = new HostPool(network, cluster.Nodes.Where(n => n.Datacenter == options.Datacenter), credentials, options.Timeout, tell);
    }

    public bool IsOn { get; set; } = true;

    public void Start() => cluster.Scheduler.After(random.Exponential(TimeSpan.FromSeconds(1 / options.Rate)), () =>
    {
        Send();
        Start();
    });

    private void Send()
    {
        var draw = random.NextDouble() * (options.Reads + options.Writes + options.Deletes);
        var kind = draw < options.Reads ? OperationKind.Read
            : draw < options.Reads + options.Writes ? OperationKind.Write : OperationKind.Delete;
        var attempt = new Attempt(kind, Encoding.UTF8.GetBytes($"sessions:{random.Next(options.Keys)}"), cluster.Scheduler.Now);
        if (!IsOn)
        {
            report(new WorkloadResult(kind, null, "no instance of the service runs", TimeSpan.Zero, CouldBeServed: false));
            return;
        }

        if (pool.Next() is not { Ready: { } connection } host)
        {
            Finish(attempt, null, "no hosts available in the pool");
            return;
        }

        lastTimestamp = Math.Max(lastTimestamp + 1, cluster.Scheduler.Now.Ticks / TimeSpan.TicksPerMicrosecond);
        Execute(host, connection, attempt, lastTimestamp, isSecond: false);
    }

    private void Execute(Host host, NodeConnection connection, Attempt attempt, long timestamp, bool isSecond)
    {
        if (!host.Prepared.TryGetValue(attempt.Kind, out var statement))
        {
            connection.Ask(Opcode.Prepare, ClientRequests.Prepare(attempt.Statement), answer =>
            {
                if (answer.Error is { } error)
                {
                    Finish(attempt, host.Node.Index, error);
                    return;
                }

                host.Prepared[attempt.Kind] = answer.ReadPrepared();
                Execute(host, connection, attempt, timestamp, isSecond);
            });
            return;
        }

        var values = attempt.Kind == OperationKind.Write ? new[] { attempt.Key, BitConverter.GetBytes(timestamp) } : [attempt.Key];
        long? given = attempt.Kind == OperationKind.Read ? null : timestamp;
        connection.Ask(Opcode.Execute, ClientRequests.Execute(statement, attempt.Level, given, values), answer =>
        {
            if (!answer.IsUnprepared)
            {
                Finish(attempt, host.Node.Index, answer.Error);
                return;
            }

            // gocql would go on for as long as the node forgets; once is enough to show a restart, and twice to show a storm.
            host.Prepared.Remove(attempt.Kind);
            if (isSecond)
            {
                Finish(attempt, host.Node.Index, "unprepared, and again after it was prepared");
            }
            else
            {
                Execute(host, connection, attempt, timestamp, isSecond: true);
            }
        });
    }

    private void Finish(Attempt attempt, int? node, string? error)
    {
        var now = cluster.Scheduler.Now;
        var question = new Question(Murmur3Partitioner.Token(attempt.Key), replication, attempt.Level, attempt.Kind != OperationKind.Read);
        var couldBeServed = error is not null && verdicts.AnyServesThroughout(options.Datacenter, question, attempt.From, now);
        report(new WorkloadResult(attempt.Kind, node, error, now - attempt.From, couldBeServed));
    }

    private sealed record Attempt(OperationKind Kind, byte[] Key, TimeSpan From)
    {
        public ConsistencyLevel Level => Kind == OperationKind.Delete ? ConsistencyLevel.EachQuorum : ConsistencyLevel.LocalQuorum;

        public string Statement => Kind switch
        {
            OperationKind.Read => "SELECT value FROM kask.values WHERE key = ?",
            OperationKind.Write => "INSERT INTO kask.values (key, value) VALUES (?, ?)",
            _ => "DELETE FROM kask.values WHERE key = ?",
        };
    }
}
