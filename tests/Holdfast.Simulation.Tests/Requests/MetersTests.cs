using System.Net;
using Holdfast.Cql;
using Holdfast.Cql.Coordinators;
using Holdfast.Insight.Tests;
using Xunit;

namespace Holdfast.Simulation.Tests.Requests;

/// <summary>What the client's meter says, by its values: what an alert or a panel reads is what happened, and not a number beside it.</summary>
public sealed class MetersTests : IDisposable
{
    private readonly MeasuredMeters _meters = new();
    private readonly RequestSite _site;

    public MetersTests() => _site = new RequestSite(nodes: 3, meters: _meters);

    public void Dispose()
    {
        _site.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Of_a_cluster_that_is_well()
    {
        const int Asked = 1_500; // in as many milliseconds: what a choice looks at is read again every tenth of a second
        IReadOnlyDictionary<string, double> before = _meters.Read();
        Assert.All(_site.AskMany(Asked), result => Assert.Equal(CqlOutcome.Success, result.Outcome));
        _site.Run(0.01); // a heartbeat may be out
        IReadOnlyDictionary<string, double> now = _meters.Read();

        foreach (IPEndPoint node in _site.Local)
        {
            Assert.Equal((1, 0), (now[$"holdfast_coordinator_state{{coordinator={node},state=Up}}"], now[$"holdfast_coordinator_state{{coordinator={node},state=Ejected}}"]));
            Assert.Equal(1, now[$"holdfast_coordinator_weight{{coordinator={node}}}"]);
            Assert.Equal(1, now[$"holdfast_coordinator_connections{{coordinator={node}}}"]);
            Assert.Equal((0, 0), (now[$"holdfast_coordinator_in_flight{{coordinator={node}}}"], now[$"holdfast_coordinator_orphans{{coordinator={node}}}"]));
            Assert.InRange(now[$"holdfast_coordinator_latency_seconds{{coordinator={node}}}"], 0.0001, 0.1);
            Assert.True(now[$"holdfast_coordinator_probes{{coordinator={node},result=passed}}"] > 0);
        }

        Assert.Equal(Asked, Sum(now, "holdfast_coordinator_attempts", "outcome=Success") - Sum(before, "holdfast_coordinator_attempts", "outcome=Success"));
        Assert.Equal(Asked, now["holdfast_cql_results{outcome=Success}"] - before["holdfast_cql_results{outcome=Success}"]);
        Assert.Equal(0, Sum(now, "holdfast_coordinator_contradictions", ""));
        foreach (string none in new[] { "retries", "hedges", "retry_budget_refusals", "requests", "waiting", "dark_ranges", "clock_offset_seconds" })
        {
            Assert.InRange(now[$"holdfast_cql_{none}"], none == "clock_offset_seconds" ? -0.1 : 0, none == "clock_offset_seconds" ? 0.1 : 0);
        }

        Assert.Equal(1, now["holdfast_cql_replica_sets"]);
        Assert.True(now["holdfast_cql_retry_budget"] > 0 && now["holdfast_cql_hedge_budget"] > 0);
    }

    [Fact]
    public void Of_a_coordinator_that_cannot_reach_a_quorum()
    {
        IPEndPoint blind = _site.Local[1];
        _site.Transport.Script = asked => asked.Node.Equals(blind) ? Reply.Unavailable : null;
        Assert.All(_site.AskMany(60), result => Assert.Equal(CqlOutcome.Success, result.Outcome));
        _site.Run(3);
        IReadOnlyDictionary<string, double> now = _meters.Read();

        Assert.InRange(now[$"holdfast_coordinator_contradictions{{coordinator={blind},level=LocalQuorum,kind=Unavailable}}"], 2, 10);
        Assert.Equal(
            now[$"holdfast_coordinator_contradictions{{coordinator={blind},level=LocalQuorum,kind=Unavailable}}"], Sum(now, "holdfast_coordinator_contradictions", ""));
        Assert.Equal(now[$"holdfast_coordinator_attempts{{coordinator={blind},outcome=Unavailable}}"], now["holdfast_cql_retries"]);
        Assert.Equal(0, now[$"holdfast_coordinator_weight{{coordinator={blind}}}"]);
        Assert.Equal(0, now[$"holdfast_coordinator_state{{coordinator={blind},state=Up}}"]);
        Assert.Equal(1, Sum(now, "holdfast_coordinator_transitions", $"coordinator={blind},from=Up,to=Ejected", "withheld=no"));
        Assert.True(now[$"holdfast_coordinator_probes{{coordinator={blind},result=failed}}"] > 0);
        Assert.Equal(0, now["holdfast_cql_dark_ranges"]);
        Assert.Equal(0, Sum(now, "holdfast_coordinator_last_resort_attempts", ""));
    }

    [Fact]
    public void Of_a_range_that_nobody_serves()
    {
        _site.Transport.Script = asked => Reply.Unavailable;
        Task<CqlResult>[] asked = [.. Enumerable.Range(0, 5).Select(_site.Ask)];
        _site.Run(0.5);
        IReadOnlyDictionary<string, double> meanwhile = _meters.Read();
        Assert.Equal((1, 5), (meanwhile["holdfast_cql_dark_ranges"], meanwhile["holdfast_cql_requests"]));
        Assert.InRange(meanwhile["holdfast_cql_waiting"], 4, 5); // one may be a trial just now

        Assert.All(asked, one => Assert.NotEqual(CqlOutcome.Success, _site.Await(one).Result.Outcome));
        IReadOnlyDictionary<string, double> after = _meters.Read();
        Assert.Equal(5, Sum(after, "holdfast_cql_results", "outcome=") - after["holdfast_cql_results{outcome=Success}"]);
        Assert.Equal((0, 0), (after["holdfast_cql_requests"], after["holdfast_cql_waiting"]));

        _site.Transport.Script = _ => null;
        _site.Run(15);
        Assert.Equal(CqlOutcome.Success, _site.Await(_site.Ask(1)).Result.Outcome);
        Assert.Equal(0, _meters.Read()["holdfast_cql_dark_ranges"]);
    }

    [Fact]
    public void Of_answers_that_do_not_come()
    {
        IPEndPoint silent = _site.Local[2];
        _site.Transport.Script = asked => asked.IsUsers && asked.Node.Equals(silent) ? Reply.Silence : null;
        Task<CqlResult>[] asked = [.. Enumerable.Range(0, 20).Select(_site.Ask)];
        _site.Run(0.02);
        double inFlight = _meters.Read()[$"holdfast_coordinator_in_flight{{coordinator={silent}}}"];
        Assert.InRange(inFlight, 1, 20);

        Assert.All(asked, one => Assert.Equal(CqlOutcome.Success, _site.Await(one).Result.Outcome));
        _site.Run(1);
        IReadOnlyDictionary<string, double> now = _meters.Read();
        Assert.True(now["holdfast_cql_hedges"] + now["holdfast_cql_retries"] >= inFlight, "nobody else was asked");
        Assert.Equal(inFlight, now[$"holdfast_coordinator_attempts{{coordinator={silent},outcome={AttemptResult.AttemptTimeout}}}"]);
        Assert.Equal(inFlight, now[$"holdfast_coordinator_orphans{{coordinator={silent}}}"]);
        Assert.Equal(0, now[$"holdfast_coordinator_in_flight{{coordinator={silent}}}"]);
    }

    [Fact]
    public void Of_coordinators_out_of_service_that_are_asked_all_the_same()
    {
        // All are ejected or nearly so; the next request finds nobody in service who serves it, and somebody out of service who does.
        IPEndPoint[] refuse = [_site.Local[0], _site.Local[1]];
        IPEndPoint third = _site.Local[2];
        _site.Transport.Script = asked => asked.Node.Equals(third) ? Reply.Unavailable : null;
        _site.AskMany(60);
        _site.Transport.Script = asked => asked.IsUsers && refuse.Contains(asked.Node) ? Reply.Unavailable : null;
        Assert.All(_site.AskMany(10), result => Assert.Equal(CqlOutcome.Success, result.Outcome));
        Assert.True(_meters.Read()[$"holdfast_coordinator_last_resort_attempts{{coordinator={third},result=served}}"] > 0);
    }

    private static double Sum(IReadOnlyDictionary<string, double> all, string name, params string[] having) =>
        all.Where(pair => pair.Key.StartsWith(name + "{", StringComparison.Ordinal) && having.All(part => pair.Key.Contains(part, StringComparison.Ordinal)))
            .Sum(pair => pair.Value);
}
