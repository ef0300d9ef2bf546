using System.Net;
using Holdfast.Cql;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Health;
using Holdfast.Cql.Protocol;
using Holdfast.Simulation.Tests.Client;
using Xunit;

namespace Holdfast.Simulation.Tests.Requests;

/// <summary>Answers that are none, connections that end, statements that are forgotten: what they are held against whom.</summary>
public sealed class BrokenAnswerTests
{
    [Fact]
    public void An_answer_that_cannot_be_read_ends_its_connection_and_its_attempt_at_once()
    {
        using RequestSite site = new(without: Safeguards.Hedging);
        IPEndPoint? lies = null;
        site.Transport.Script = asked => asked.IsUsers && asked.Node.Equals(lies ??= asked.Node) ? Reply.Nonsense : null;

        (CqlResult result, TimeSpan took) = site.Await(site.Ask(1));

        Assert.Equal(CqlOutcome.Success, result.Outcome);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
        Assert.Equal((1, 0), (site.Attempts(lies!, AttemptResult.ConnectionLost), site.Attempts(lies!, AttemptResult.AttemptTimeout)));
        Assert.NotNull(site.Of(lies!).Trouble);
    }

    [Fact]
    public void A_connection_that_dies_under_many_requests_has_died_once()
    {
        using RequestSite site = new();
        IPEndPoint dies = site.Local[0];
        TimeSpan ends = site.Now + TimeSpan.FromMilliseconds(60);
        site.Transport.Script = asked => asked.IsUsers && asked.Node.Equals(dies) ? Reply.EndAfter(ends - asked.At) : null;
        List<Task<CqlResult>> all = [.. Enumerable.Range(0, 50).Select(site.Ask)];
        site.Run(0.1);
        Assert.All(all, one => Assert.Equal(CqlOutcome.Success, site.Await(one).Result.Outcome));
        Assert.InRange(site.Attempts(dies, AttemptResult.ConnectionLost), 5, 50);
        Assert.DoesNotContain(site.Cluster.Core.Telemetry.Transitions.Keys, key => key.To == nameof(CoordinatorState.Ejected));
    }

    [Fact]
    public void A_statement_that_was_forgotten_is_held_against_nobody_even_when_another_one_was_faster()
    {
        using RequestSite site = new();
        IPEndPoint forgets = site.Local[0];
        site.Transport.Script = asked => asked.IsUsers && asked.Node.Equals(forgets) ? Reply.Unprepared.Late(80) : null;

        Assert.All(site.AskMany(300), result => Assert.Equal(CqlOutcome.Success, result.Outcome));
        site.Run(1);

        Assert.Equal(0, site.Attempts(forgets, AttemptResult.ServerError));
        Assert.Equal(0, site.Attempts(forgets, AttemptResult.AttemptTimeout));
        Assert.Equal(CoordinatorState.Up, site.Of(forgets).State);
    }

    [Fact]
    public void A_statement_that_is_never_prepared_again_ends_the_connection()
    {
        using RequestSite site = new();
        IPEndPoint forgets = site.Local[0];
        bool forgot = false;
        site.Transport.Script = asked => !asked.Node.Equals(forgets) ? null
            : asked.Opcode == Opcode.Prepare ? (forgot ? Reply.Silence : null)
            : asked.IsUsers && (forgot = true) ? Reply.Unprepared : null;
        site.AskMany(30);
        Assert.True(forgot);
        site.Run(3);

        Assert.Contains(site.Log, line => line.Contains("prepared again", StringComparison.Ordinal));
    }

    [Fact]
    public void Requests_are_answered_when_the_client_closes_and_those_that_come_after()
    {
        RequestSite site = new();
        site.Transport.Script = asked => asked.IsUsers ? Reply.Silence : null;
        List<Task<CqlResult>> all = [.. Enumerable.Range(0, 30).Select(site.Ask)];
        site.Run(0.05);
        Task closing = site.Cluster.DisposeAsync().AsTask();
        all.Add(site.Ask(30));
        site.Run(1);
        all.Add(site.Cluster.QueryAsync("SELECT release_version FROM system.local", ConsistencyLevel.One, CancellationToken.None));
        site.Run(4);

        Assert.True(closing.IsCompleted);
        Assert.All(all, one => Assert.True(one.IsCompleted));
        Assert.All(all, one => Assert.Equal(CqlOutcome.Unavailable, site.Await(one).Result.Outcome));
        site.Dispose();
    }

    [Fact]
    public void Probes_ask_for_a_quorum_whatever_reads_ask_for()
    {
        using RequestSite site = new(statements: new Statements(ConsistencyLevel.LocalQuorum, get: ConsistencyLevel.LocalOne));
        site.Run(20);

        IEnumerable<ConsistencyLevel> levels = site.Transport.All.Where(asked => asked is { IsProbe: true, Opcode: Opcode.Execute }).Select(asked => asked.Level);
        Assert.Equal([ConsistencyLevel.LocalQuorum], levels.Distinct());
    }

    [Fact]
    public void Drained_a_coordinator_finishes_what_it_has_and_gets_nothing_new()
    {
        using RequestSite site = new(without: Safeguards.Hedging);
        IPEndPoint leaves = site.Local[0];
        site.Transport.Script = asked => asked.IsUsers && asked.Node.Equals(leaves) ? Reply.Nothing.Late(200) : null;
        List<Task<CqlResult>> all = [.. Enumerable.Range(0, 30).Select(site.Ask)];
        site.Run(0.01);
        long before = site.Of(leaves).Served;
        int inFlight = site.Of(leaves).InFlight;
        Assert.NotEqual(0, inFlight);

        Assert.True(site.Cluster.Drain(leaves.ToString()));
        TimeSpan drained = site.Now;
        site.AskMany(100);
        site.Run(0.5);

        Assert.Equal(CoordinatorState.Draining, site.Of(leaves).State);
        Assert.DoesNotContain(site.Transport.Since(drained), asked => asked.Node.Equals(leaves));
        Assert.All(all, one => Assert.Equal(CqlOutcome.Success, site.Await(one).Result.Outcome));
        Assert.Equal((before + inFlight, 0), (site.Of(leaves).Served, site.Of(leaves).Failed));
    }
}
