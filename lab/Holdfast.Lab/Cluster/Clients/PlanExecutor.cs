using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Protocol.Responses;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>Carries out what a statement planned: asks the coordinator, the node's own tables, or the schema.</summary>
internal sealed class PlanExecutor(NodeProcess process)
{
    private readonly Dictionary<string, (ReplicationParameters Parameters, Replication Replication)> replications =
        new(StringComparer.Ordinal); // by name alone

    public void Execute(
        Plan plan, ConsistencyLevel level, long nowSeconds, RowPresentation presentation, Action<Response, RequestError?> answer)
    {
        switch (plan)
        {
            case ReadPlan read:
                RefuseForReads(level);
                Read(read, level, nowSeconds, presentation, answer);
                break;
            case MutationPlan mutation:
                RefuseForWrites(level);
                Write(mutation, level, answer);
                break;
            case LocalReadPlan local:
                var made = SystemTableRows.Of(local.Table, SystemView.Of(process), process.Schema.Current);
                answer(presentation.Present(local.Rows.FromSystemRows(made)), null);
                break;
            case SchemaPlan schema:
                answer(Change(schema), null);
                break;
            case TruncatePlan truncate:
                process.Coordinator.Truncate(truncate.Table.Id, error => answer(ResponseTo(error), error));
                break;
            default:
                throw new ArgumentException($"cannot carry out {plan.GetType().Name}", nameof(plan));
        }
    }

    public Replication ReplicationOf(string keyspace)
    {
        var parameters = process.Schema.Current.FindKeyspace(keyspace)?.Replication
            ?? throw CqlException.Invalid($"Keyspace '{keyspace}' does not exist");
        if (!replications.TryGetValue(keyspace, out var known) || !ReferenceEquals(known.Parameters, parameters))
        {
            known = (parameters, SchemaSync.ToTopology(parameters, process.Ring.Current.Members.Count));
            replications[keyspace] = known;
        }

        return known.Replication;
    }

    private void Read(
        ReadPlan plan, ConsistencyLevel level, long nowSeconds, RowPresentation presentation, Action<Response, RequestError?> answer)
    {
        var replication = ReplicationOf(plan.Table.Keyspace);
        if (plan.Keys is not { } keys)
        {
            process.Coordinator.Scan(plan.Table.Id, replication, level, Finish);
            return;
        }

        if (keys.Count == 0)
        {
            Finish([], null); // IN (): nobody is asked, and whatever is down, nothing is there
            return;
        }

        if (keys.Count == 1)
        {
            var command = new ReadCommand(plan.Table.Id, keys[0]);
            process.Coordinator.Read(command, replication, level, (data, error) => Finish(data is null ? [] : [data], error));
            return;
        }

        var found = new PartitionData?[keys.Count];
        var join = new AnswerJoin(keys.Count, error => Finish(error is null ? found.OfType<PartitionData>() : [], error));
        for (var i = 0; i < keys.Count; i++)
        {
            var place = i;
            process.Coordinator.Read(new ReadCommand(plan.Table.Id, keys[i]), replication, level, (data, error) =>
            {
                found[place] = data;
                join.Done(error);
            });
        }

        void Finish(IEnumerable<PartitionData> partitions, RequestError? error) => answer(
            error is null ? presentation.Present(plan.Rows.FromPartitions(partitions, nowSeconds)) : ResponseTo(error), error);
    }

    private void Write(MutationPlan plan, ConsistencyLevel level, Action<Response, RequestError?> answer)
    {
        var replication = ReplicationOf(plan.Table.Keyspace);
        if (plan.Mutations.Count == 0)
        {
            answer(new VoidResponse(), null);
            return;
        }

        var join = new AnswerJoin(plan.Mutations.Count, error => answer(ResponseTo(error), error));
        foreach (var mutation in plan.Mutations)
        {
            process.Coordinator.Write(mutation, replication, level, join.Done);
        }
    }

    private Response Change(SchemaPlan plan)
    {
        var change = process.Schema.Apply(plan.Statement, plan.UsedKeyspace);
        return change is null ? new VoidResponse() : new SchemaChangeResponse(SchemaSync.Name(change.Kind), change.Keyspace, change.Table);
    }

    private Response ResponseTo(RequestError? error) => error is null ? new VoidResponse() : ErrorTranslation.ToResponse(error, process);

    private static void RefuseForReads(ConsistencyLevel level)
    {
        if (level == ConsistencyLevel.Any)
        {
            throw CqlException.Invalid("ANY ConsistencyLevel is only supported for writes");
        }

        if (level.IsSerial())
        {
            throw CqlException.Invalid("Serial reads are not part of the lab");
        }
    }

    private static void RefuseForWrites(ConsistencyLevel level)
    {
        if (level.IsSerial())
        {
            throw CqlException.Invalid("You must use conditional updates for serializable writes");
        }
    }
}

/// <summary>One answer of several: good when all are, otherwise the first error, once all have answered.</summary>
internal sealed class AnswerJoin(int count, Action<RequestError?> answer)
{
    private int left = count;
    private RequestError? first;

    public void Done(RequestError? error)
    {
        first ??= error;
        if (--left == 0)
        {
            answer(first);
        }
    }
}
