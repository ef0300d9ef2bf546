using System.Diagnostics;
using Holdfast.Cql.Coordinators;

namespace Holdfast.Cql.Telemetry;

/// <summary>
/// The CLIENT span of an attempt at a coordinator, by OpenTelemetry's conventions for Cassandra. Only for requests whose caller's trace
/// is recorded; what nobody traces asks one question and pays nothing else. Values are in no attribute, nor is the text of an error.
/// </summary>
internal sealed class AttemptSpans(string keyspace)
{
    private static readonly ActivitySource s_source = new(CqlCluster.ActivitySourceName);

    /// <summary>The recorded span that a request belongs to; null for none.</summary>
    public static Activity? Caller() => s_source.HasListeners() && Activity.Current is { Recorded: true } caller ? caller : null;

    /// <summary>Begins an attempt's span; null when nobody traces its request.</summary>
    /// <param name="caller">What the request belongs to; null for nobody's.</param>
    /// <param name="statement">What is asked.</param>
    /// <param name="coordinator">Who is asked.</param>
    /// <param name="ordinal">1 for the first attempt.</param>
    /// <param name="isHedge">It goes out beside another one.</param>
    public Activity? Begin(Activity? caller, CqlStatement statement, Coordinator coordinator, int ordinal, bool isHedge)
    {
        if (caller is null)
        {
            return null;
        }

        // Whose thread this is has a current span of its own, or none.
        Activity? current = Activity.Current;
        Activity? span = s_source.StartActivity($"{statement.Attributes.Operation} {keyspace}", ActivityKind.Client, caller.Context);
        Activity.Current = current;
        if (span is not { IsAllDataRequested: true })
        {
            return span;
        }

        span.SetTag("db.system.name", "cassandra");
        span.SetTag("db.namespace", keyspace);
        span.SetTag("db.operation.name", statement.Attributes.Operation);
        span.SetTag("cassandra.consistency.level", statement.Attributes.Consistency);
        span.SetTag("cassandra.coordinator.id", coordinator.Id.ToString());
        span.SetTag("cassandra.coordinator.dc", coordinator.Host.DataCenter);
        span.SetTag("server.address", coordinator.Host.EndPoint.Address.ToString());
        span.SetTag("server.port", coordinator.Host.EndPoint.Port);
        span.SetTag("holdfast.attempt", ordinal);
        span.SetTag("holdfast.hedge", isHedge);
        return span;
    }

    /// <summary>Ends it, where there is one.</summary>
    public static void End(Activity? span, AttemptResult result)
    {
        if (span is null)
        {
            return;
        }

        if (result != AttemptResult.Success)
        {
            span.SetTag(StatementAttributes.ErrorType, StatementAttributes.Word(result));
            span.SetStatus(ActivityStatusCode.Error);
        }

        Activity? current = Activity.Current;
        span.Dispose();
        Activity.Current = current;
    }
}
