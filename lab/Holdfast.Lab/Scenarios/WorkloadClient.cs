using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Scenarios;

/// <summary>
/// The built-in client, with the habits of the driver in the incident (gocql's defaults): round robin over the nodes that
/// accept connections, a returned node at its full share a second after it opened, no retry, no count of errors by node.
/// </summary>
internal sealed class WorkloadClient
{
    public static readonly Guid Table = new("5a1c395e-b41f-11e5-9f22-ba0be0483c18");

    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OneWay = TimeSpan.FromMicroseconds(200);

    private readonly LabCluster cluster;
    private readonly Replication replication;
    private readonly WorkloadOptions options;
    private readonly VerdictTimeline verdicts;
    private readonly Randomness random;
    private readonly Action<WorkloadResult> report;
    private readonly SortedDictionary<int, NodeProcess> pool = [];
    private int turn;
    private long lastTimestamp;

    public WorkloadClient(LabCluster cluster, Replication replication, WorkloadOptions options, Action<WorkloadResult> report)
    {
        this.cluster = cluster;
        this.replication = replication;
        this.options = options;
        this.report = report;
        random = cluster.Scheduler.Randomness.Fork("workload");
        verdicts = new VerdictTimeline(cluster);
        foreach (var node in cluster.Nodes.Where(n => n.Datacenter == options.Datacenter && n.Process is { IsOpen: true }))
        {
            pool[node.Index] = node.Process!;
        }

        cluster.Opened += node => cluster.Scheduler.After(ReconnectAfter, () => Connect(node));
        cluster.Closed += (node, ending) =>
        {
            if (ending != Ending.PowerLost)
            {
                pool.Remove(node.Index); // a connection that vanished is kept until the node is back or an answer is missing
            }
        };
    }

    public bool IsOn { get; set; } = true;

    public void Start() => Next();

    private void Next()
    {
        cluster.Scheduler.After(random.Exponential(TimeSpan.FromSeconds(1 / options.Rate)), () =>
        {
            Send();
            Next();
        });
    }

    private void Connect(Node node)
    {
        if (node.Datacenter == options.Datacenter && node.Process is { IsOpen: true } process)
        {
            pool[node.Index] = process;
        }
    }

    private void Send()
    {
        var draw = random.NextDouble() * (options.Reads + options.Writes + options.Deletes);
        var kind = draw < options.Reads ? OperationKind.Read
            : draw < options.Reads + options.Writes ? OperationKind.Write : OperationKind.Delete;
        var key = Encoding.UTF8.GetBytes($"sessions:{random.Next(options.Keys)}");
        var partition = new PartitionKey(key, Murmur3Partitioner.Token(key));
        var request = new Attempt(kind, partition, cluster.Scheduler.Now);
        if (!IsOn)
        {
            report(new WorkloadResult(kind, null, "no instance of the service runs", TimeSpan.Zero, CouldBeServed: false));
            return;
        }

        if (pool.Count == 0)
        {
            Finish(request, null, "no host available in the pool");
            return;
        }

        var (index, process) = pool.ElementAt(turn++ % pool.Count);
        cluster.Scheduler.After(options.Timeout, () =>
        {
            if (process.Life.IsEnded && pool.TryGetValue(index, out var same) && same == process)
            {
                pool.Remove(index);
            }

            Finish(request, index, "no response received from cassandra within timeout period");
        });
        cluster.Scheduler.After(OneWay, () => process.Life.RunOrDrop(() => process.Gate.Enter(
            left => Ask(process, request, error =>
            {
                left(error);
                Answer(request, index, error);
            }),
            refusal => Answer(request, index, refusal))));
    }

    private void Ask(NodeProcess process, Attempt request, Action<RequestError?> answer)
    {
        if (request.Kind == OperationKind.Read)
        {
            process.Coordinator.Read(
                new ReadCommand(Table, request.Key), replication, ConsistencyLevel.LocalQuorum, (_, error) => answer(error));
            return;
        }

        lastTimestamp = Math.Max(lastTimestamp + 1, cluster.Scheduler.Now.Ticks / TimeSpan.TicksPerMicrosecond);
        var seconds = process.Node.UtcNow.ToUnixTimeSeconds();
        var cell = request.Kind == OperationKind.Write
            ? Cell.Live(0, lastTimestamp, BitConverter.GetBytes(lastTimestamp))
            : Cell.Tombstone(0, lastTimestamp, seconds);
        var update = new PartitionData(request.Key, Deletion.None, [new Row([], Liveness.None, Deletion.None, [cell])]);
        process.Coordinator.Write(new Mutation(Table, update), replication, request.Level, answer);
    }

    private void Answer(Attempt request, int node, RequestError? error) =>
        cluster.Scheduler.After(OneWay, () => Finish(request, node, error?.Message));

    private void Finish(Attempt request, int? node, string? error)
    {
        if (request.IsOver)
        {
            return;
        }

        request.IsOver = true;
        var now = cluster.Scheduler.Now;
        var question = new Question(request.Key.Token, replication, request.Level, request.Kind != OperationKind.Read);
        var couldBeServed = error is not null
            && verdicts.AnyServesThroughout(options.Datacenter, question, request.From, now);
        report(new WorkloadResult(request.Kind, node, error, now - request.From, couldBeServed));
    }

    private sealed record Attempt(OperationKind Kind, PartitionKey Key, TimeSpan From)
    {
        public bool IsOver { get; set; }

        public ConsistencyLevel Level => Kind == OperationKind.Delete ? ConsistencyLevel.EachQuorum : ConsistencyLevel.LocalQuorum;
    }
}

internal enum OperationKind
{
    Read,
    Write,
    Delete,
}

/// <param name="Kind">What was asked.</param>
/// <param name="Node">Through which coordinator; null when there was none.</param>
/// <param name="Error">Null when it succeeded.</param>
/// <param name="After">How long it took.</param>
/// <param name="CouldBeServed">It failed, and another coordinator could have served it all the while: a better client would have.</param>
internal sealed record WorkloadResult(OperationKind Kind, int? Node, string? Error, TimeSpan After, bool CouldBeServed);
