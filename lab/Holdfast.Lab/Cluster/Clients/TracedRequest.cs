using System.Globalization;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Protocol.Requests;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>What the trace of a request says of the request itself: its kind and its parameters, never its values.</summary>
/// <param name="Trace">What becomes of it.</param>
/// <param name="Kind">In Cassandra's words.</param>
/// <param name="Parameters">By name.</param>
internal sealed record TracedRequest(RequestTrace Trace, string Kind, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    /// <summary>A statement may be as long as a frame; a trace is not.</summary>
    private const int TextMax = 2_000;

    public static TracedRequest Of(Request request, RequestTrace trace, ClientServer server)
    {
        switch (request)
        {
            case QueryRequest query:
                trace.Add(trace.Began, $"Parsing {Short(query.Query)}");
                return new(trace, "Execute CQL3 query", WithLevel(query.Query, query.Parameters));
            case ExecuteRequest execute:
                return new(trace, "Execute CQL3 prepared query", WithLevel(server.Find(execute.Id)?.Query, execute.Parameters));
            case PrepareRequest prepare:
                trace.Add(trace.Began, $"Parsing {Short(prepare.Query)}");
                return new(trace, "Preparing CQL3 query", [new("query", Short(prepare.Query))]);
            default:
                return new(trace, "Execute batch of CQL3 queries", []);
        }
    }

    public static string Short(string text) => text.Length <= TextMax ? text : string.Concat(text.AsSpan(..TextMax), " ...");

    private static List<KeyValuePair<string, string>> WithLevel(string? query, QueryParameters parameters)
    {
        List<KeyValuePair<string, string>> told = [new("consistency_level", parameters.Consistency.CqlName())];
        if (parameters.PageSize is { } rows)
        {
            told.Add(new("page_size", rows.ToString(CultureInfo.InvariantCulture)));
        }

        if (query is not null)
        {
            told.Add(new("query", Short(query)));
        }

        return told;
    }
}
