using System.Net;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>
/// Writes what a traced request did where drivers look for it: into system_traces, whose replicas are found and may be missed like
/// those of any table. Written at ANY, as Cassandra does, so that a node that sees nobody still keeps its traces, as hints.
/// </summary>
internal sealed class TraceWriter(NodeProcess process, ClientServer server)
{
    private const string InsertSession = """
        INSERT INTO system_traces.sessions (session_id, client, command, coordinator, coordinator_port, duration, parameters, request, started_at)
        VALUES (?, ?, 'QUERY', ?, 7000, ?, ?, ?, ?) USING TTL 86400
        """;

    private const string InsertEvent = """
        INSERT INTO system_traces.events (session_id, event_id, activity, source, source_elapsed, source_port)
        VALUES (?, ?, ?, ?, ?, 7000) USING TTL 86400
        """;

    public void Write(TracedRequest traced, Response answer, IPEndPoint client)
    {
        var trace = traced.Trace;
        var now = process.Life.Now;
        if (answer is ErrorResponse error)
        {
            trace.Add(now, TracedRequest.Short(error.Message));
        }

        var id = CqlValue.Uuid(trace.Id);
        var own = CqlValue.Inet(process.Node.Address.Address);
        var began = trace.BeganAt - DateTimeOffset.UnixEpoch;
        var events = trace.Steps.Select((step, i) => Insert(
            InsertEvent, id,
            TimeUuid.Of((began + step.After).Ticks + i, process.Node.Index), // steps of one instant stay apart, and in order
            CqlValue.Text(step.Activity), own, CqlValue.Int(Micros(step.After)))).ToList();
        var session = Insert(
            InsertSession, id, CqlValue.Inet(client.Address), own, CqlValue.Int(Micros(now - trace.Began)), CqlValue.Map(traced.Parameters),
            CqlValue.Text(traced.Kind), CqlValue.Bigint((long)began.TotalMilliseconds));
        process.Coordinator.Traces.While(null, () =>
        {
            if (events.Count > 0)
            {
                Keep(events.Aggregate((all, next) => all with { Update = Reconciler.Merge(all.Update, next.Update) }));
            }

            Keep(session);
        });
    }

    private Mutation Insert(string statement, params byte[][] values)
    {
        var context = new BindContext([.. values.Select(BoundValue.Of)], server.NextTimestamp(), null, server.Options.Profile);
        var plan = (MutationPlan)StatementPreparer.Prepare(statement, null, process.Schema.Current).Bind(context);
        return plan.Mutations[0];
    }

    private void Keep(Mutation mutation) =>
        process.Coordinator.Write(mutation, server.Executor.ReplicationOf(SystemKeyspaces.Traces), ConsistencyLevel.Any, _ => { });

    private static int Micros(TimeSpan time) => (int)Math.Min(time.Ticks / TimeSpan.TicksPerMicrosecond, int.MaxValue);
}
