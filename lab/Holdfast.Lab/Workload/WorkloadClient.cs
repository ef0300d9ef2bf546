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
    /// <summary>
    /// gocql would go on for as long as the node forgets; so many rounds tell a node that always forgets from one that a request
    /// gets through in the end.
    /// </summary>
    private const int PreparedAgainMax = 50;

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
        var attempt = new Attempt(kind, $"sessions:{random.Next(options.Keys)}", cluster.Scheduler.Now);
        if (!IsOn)
        {
            report(new WorkloadResult(kind, attempt.Name, null, "no instance of the service runs", TimeSpan.Zero, CouldBeServed: false));
            return;
        }

        if (pool.Next() is not { Ready: { } connection } host)
        {
            Finish(attempt, null, "no hosts available in the pool");
            return;
        }

        if (options.Patience is { } patience)
        {
            attempt.GivesUp = cluster.Scheduler.After(patience, () => Finish(attempt, host.Node.Index, "given up by the client"));
        }

        Execute(host, connection, attempt, preparedAgain: 0);
    }

    private void Execute(Host host, NodeConnection connection, Attempt attempt, int preparedAgain)
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
                Execute(host, connection, attempt, preparedAgain);
            });
            return;
        }

        // Stamped as it is sent, as gocql does, and not as it was asked for: what waited for its statement to be prepared counts as new.
        lastTimestamp = Math.Max(lastTimestamp + 1, cluster.Scheduler.Now.Ticks / TimeSpan.TicksPerMicrosecond);
        var values = attempt.Kind == OperationKind.Write ? new[] { attempt.Key, BitConverter.GetBytes(attempt.From.Ticks) } : [attempt.Key];
        long? given = attempt.Kind == OperationKind.Read ? null : lastTimestamp;
        connection.Ask(Opcode.Execute, ClientRequests.Execute(statement, attempt.Level, given, values), answer =>
        {
            if (!answer.IsUnprepared)
            {
                Finish(attempt, host.Node.Index, answer.Error);
                return;
            }

            host.Prepared.Remove(attempt.Kind);
            if (preparedAgain == PreparedAgainMax || attempt.IsOver)
            {
                Finish(attempt, host.Node.Index, "unprepared, however often it is prepared again");
            }
            else
            {
                Execute(host, connection, attempt, preparedAgain + 1);
            }
        });
    }

    private void Finish(Attempt attempt, int? node, string? error)
    {
        if (attempt.IsOver)
        {
            return;
        }

        attempt.IsOver = true;
        attempt.GivesUp?.Cancel();
        var now = cluster.Scheduler.Now;
        var question = new Question(Murmur3Partitioner.Token(attempt.Key), replication, attempt.Level, attempt.Kind != OperationKind.Read);
        var couldBeServed = error is not null && verdicts.AnyServesThroughout(options.Datacenter, question, attempt.From, now);
        report(new WorkloadResult(attempt.Kind, attempt.Name, node, error, now - attempt.From, couldBeServed));
    }

    private sealed class Attempt(OperationKind kind, string name, TimeSpan from)
    {
        public OperationKind Kind => kind;

        public string Name => name;

        public byte[] Key { get; } = Encoding.UTF8.GetBytes(name);

        public TimeSpan From => from;

        public ScheduledEvent? GivesUp { get; set; }

        /// <summary>Answered, or given up.</summary>
        public bool IsOver { get; set; }

        public ConsistencyLevel Level => Kind == OperationKind.Delete ? ConsistencyLevel.EachQuorum : ConsistencyLevel.LocalQuorum;

        public string Statement => Kind switch
        {
            OperationKind.Read => "SELECT value FROM kask.values WHERE key = ?",
            OperationKind.Write => "INSERT INTO kask.values (key, value) VALUES (?, ?)",
            _ => "DELETE FROM kask.values WHERE key = ?",
        };
    }
}
