using Holdfast.Lab.Storage;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// One process's part as coordinator: routes by its own ring, asks the replicas that it believes alive, counts what comes
/// back. It knows nothing of the truth; that is the point of the lab.
/// </summary>
internal sealed class Coordinator : ReadOperation.IAsker
{
    private readonly NodeProcess process;
    private readonly Lifeline life;
    private readonly RequestTimeouts timeouts;
    private readonly Randomness randomness;
    private readonly Dictionary<long, IReplicaOperation> operations = []; // by id alone; its order reaches nothing
    private readonly DeadlineQueue<WriteOperation> writes;
    private readonly DeadlineQueue<ReadOperation> reads;
    private readonly DeadlineQueue<ReadOperation> speculations;
    private long lastId;

    public Coordinator(NodeProcess process, RequestTimeouts timeouts, Randomness randomness)
    {
        this.process = process;
        this.timeouts = timeouts;
        this.randomness = randomness;
        life = process.Life;
        writes = new(life, timeouts.Write, Expire, w => w.IsOver);
        reads = new(life, timeouts.Read, Expire, r => r.IsOver);
        speculations = new(life, timeouts.SpeculateAfter, r => r.Speculate(), r => r.IsOver);
        Traces = new OperationTraces(process);
    }

    public int InFlight => operations.Count;

    public OperationTraces Traces { get; }

    public void Write(Mutation mutation, Replication replication, ConsistencyLevel level, Action<RequestError?> answer)
    {
        var plan = process.Ring.Rings.PlanWrite(mutation.Token, replication);
        var alive = plan.All.Where(process.Gossiper.IsAlive).ToList();
        var local = process.Node.Datacenter;
        var pending = level.IsLocal() ? plan.Pending.Count(n => DatacenterOf(n) == local) : plan.Pending.Length;
        if (ConsistencyRules.Judge(level, replication, local, alive, DatacenterOf, pending) is { } unavailable)
        {
            answer(unavailable);
            return;
        }

        var blockFor = ConsistencyRules.BlockFor(level, replication, local) + pending;
        var acks = new AckCount(level, replication, local, DatacenterOf, blockFor);
        var operation = new WriteOperation(++lastId, level, mutation, acks, alive, answer);
        Begin(operation);
        writes.Add(operation);
        SendEach(new MutationRequest(operation.Id, life.Now + timeouts.Write, mutation), alive);
        foreach (var node in plan.All)
        {
            if (!alive.Contains(node) && process.Hints.Keep(node, mutation) && level == ConsistencyLevel.Any)
            {
                operation.CountHint(node);
            }
        }

        if (operation.IsOver)
        {
            End(operation.Id); // answered by hints alone: no replica will
        }
    }

    /// <summary>
    /// Across data centres a write travels once: one of the replicas there passes it on to the others, and each answers to here.
    /// When that one is dead and not known to be, its whole data centre misses the write until it is hinted.
    /// </summary>
    private void SendEach(MutationRequest request, List<int> alive)
    {
        var local = process.Node.Datacenter;
        SortedDictionary<string, List<int>>? remote = null;
        foreach (var node in alive)
        {
            if (DatacenterOf(node) is var datacenter && datacenter == local)
            {
                Send(node, request);
                continue;
            }

            remote ??= new(StringComparer.Ordinal);
            if (!remote.TryGetValue(datacenter, out var those))
            {
                remote.Add(datacenter, those = []);
            }

            those.Add(node);
        }

        foreach (var those in remote?.Values ?? Enumerable.Empty<List<int>>())
        {
            var first = randomness.Pick(those);
            those.Remove(first);
            Send(first, those.Count == 0 ? request : request with { PassOnTo = those });
        }
    }

    public void Read(ReadCommand command, Replication replication, ConsistencyLevel level, Action<PartitionData?, RequestError?> answer)
    {
        if (process.Node.Troubles.Any(t => t.AnswersBootstrapping))
        {
            answer(null, new NodeBootstrapping()); // StorageProxy.read: reads of a partition and no others; writes and scans go on
            return;
        }

        var local = process.Node.Datacenter;
        var natural = process.Ring.Current.ReplicasOf(command.Token, replication);
        var alive = natural.Where(process.Gossiper.IsAlive).ToList();
        if (ConsistencyRules.Judge(level, replication, local, alive, DatacenterOf) is { } unavailable)
        {
            answer(null, unavailable);
            return;
        }

        var blockFor = ConsistencyRules.BlockFor(level, replication, local);
        var acks = new AckCount(level, replication, local, DatacenterOf, blockFor);
        var plan = ReadContacts.Choose(level, replication, alive, process.Node.Index, local, DatacenterOf, blockFor, randomness);
        var operation = new ReadOperation(++lastId, level, command, acks, plan, this, answer);
        Begin(operation);
        reads.Add(operation);
        if (plan.Spare is not null)
        {
            speculations.Add(operation);
        }

        for (var i = 0; i < plan.Contacts.Count; i++)
        {
            Ask(operation, plan.Contacts[i], command, digestOnly: i > 0);
        }
    }

    /// <summary>
    /// Everything of a table: every node that it believes alive and that holds replicas is asked for all it has, and each range
    /// counts its own.
    /// </summary>
    public void Scan(
        Guid table, Replication replication, ConsistencyLevel level, Action<IEnumerable<PartitionData>, RequestError?> answer)
    {
        var local = process.Node.Datacenter;
        var ring = process.Ring.Current;
        var blockFor = ConsistencyRules.BlockFor(level, replication, local);
        var asked = new SortedSet<int>();
        var ranges = new List<ScannedRange>(ring.Ranges);
        for (var range = 0; range < ring.Ranges; range++)
        {
            var alive = ring.ReplicasOfRange(range, replication).Where(process.Gossiper.IsAlive).ToList();
            if (ConsistencyRules.Judge(level, replication, local, alive, DatacenterOf) is { } unavailable)
            {
                answer([], unavailable);
                return;
            }

            List<int> contacts = level.IsLocal() && !replication.IsSimple ? alive.FindAll(n => DatacenterOf(n) == local) : alive;
            asked.UnionWith(contacts);
            ranges.Add(new ScannedRange(contacts, new AckCount(level, replication, local, DatacenterOf, blockFor)));
        }

        var operation = new ScanOperation(++lastId, level, ranges, answer);
        AskAll(operation, operation.Expire, asked, timeouts.Range, expires => new RangeReadRequest(operation.Id, expires, table));
    }

    /// <summary>Needs every node of the ring.</summary>
    public void Truncate(Guid table, Action<RequestError?> answer)
    {
        var all = process.Ring.Current.Members.Select(m => m.Node).ToList();
        var alive = all.Count(process.Gossiper.IsAlive);
        if (alive < all.Count)
        {
            answer(new Unavailable(ConsistencyLevel.All, all.Count, alive));
            return;
        }

        var operation = new ClusterWideOperation(
            ++lastId,
            all,
            received => new TruncateFailed($"Truncate timed out - received only {received} responses."),
            (node, _) => new TruncateFailed($"Truncate failed on replica /{process.NodeOf(node).Address.Address}:7000"),
            (_, error) => answer(error));
        AskAll(operation, operation.Expire, all, timeouts.Truncate, expires => new TruncateRequest(operation.Id, expires, table));
    }

    public void Receive(int from, ReplicaResponse response)
    {
        if (!operations.TryGetValue(response.Id, out var operation))
        {
            return; // its time had run out
        }

        Traces.Received(from, response);
        var told = operation is WriteOperation { Succeeded: true };
        operation.Respond(from, response);
        if (response is MutationResponse && operation is WriteOperation { Succeeded: true } write)
        {
            process.Acknowledged(write, first: !told, from);
        }

        if (operation.IsOver)
        {
            End(response.Id);
        }
    }

    public void Ask(ReadOperation operation, int node, ReadCommand command, bool digestOnly) =>
        Send(node, new ReadRequest(operation.Id, life.Now + timeouts.Read, command, digestOnly));

    public void Repair(ReadOperation operation, int node, Mutation mutation) =>
        Send(node, new ReadRepairRequest(operation.Id, life.Now + timeouts.Write, mutation));

    private void AskAll(
        IReplicaOperation operation, Action expire, IEnumerable<int> nodes, TimeSpan timeout, Func<TimeSpan, ReplicaRequest> request)
    {
        Begin(operation);
        life.After(timeout, () =>
        {
            End(operation.Id);
            expire();
        });
        foreach (var node in nodes)
        {
            Send(node, request(life.Now + timeout));
        }
    }

    private void Begin(IReplicaOperation operation)
    {
        operations[operation.Id] = operation;
        Traces.Begin(operation.Id);
    }

    private void End(long operation)
    {
        operations.Remove(operation);
        Traces.End(operation);
    }

    private void Send(int node, ReplicaRequest request)
    {
        Traces.Sent(node, request);
        process.Send(node, request);
    }

    private string DatacenterOf(int node) => process.DatacenterOf(node);

    private void Expire(ReadOperation operation)
    {
        End(operation.Id);
        operation.Expire();
    }

    private void Expire(WriteOperation operation)
    {
        End(operation.Id);
        operation.Expire();
        foreach (var node in operation.Silent)
        {
            process.Hints.Keep(node, operation.Mutation);
        }
    }
}
