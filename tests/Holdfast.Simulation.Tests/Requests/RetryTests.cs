using System.Net;
using Holdfast.Cql;
using Holdfast.Cql.Health;
using Xunit;

namespace Holdfast.Simulation.Tests.Requests;

/// <summary>Who is asked after a failure, and how often: the retry table and its budgets.</summary>
public sealed class RetryTests
{
    /// <summary>Everybody stays in service, nobody waits for a range, and there is one attempt at a time.</summary>
    private const Safeguards AllAsked = Safeguards.Waiting | Safeguards.Hedging | Safeguards.AttributableFailures
        | Safeguards.ContradictedUnavailables | Safeguards.ContradictedShare | Safeguards.ContradictedTimeouts;

    [Fact]
    public void After_an_Unavailable_three_others_are_asked_at_once_replicas_first()
    {
        using RequestSite site = new(nodes: 6, AllAsked);
        site.Transport.Script = asked => asked.IsUsers ? Reply.Unavailable : null;
        for (int key = 0; key < 50; key++)
        {
            site.Run(0.01);
            TimeSpan began = site.Now;
            (CqlResult result, TimeSpan took) = site.Await(site.Ask(key));

            Assert.Equal(CqlOutcome.Unavailable, result.Outcome);
            IPEndPoint[] asked = [.. site.Transport.Since(began).Select(one => one.Node)];
            Assert.Equal(4, asked.Distinct().Count());
            Assert.Equal(4, asked.Length);
            Assert.Equal(site.ReplicasOf(key).ToHashSet(), asked.Take(3).ToHashSet());
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Attempts that follow each other, and attempts beside each other: one write is one write, however often it is sent, and later than the one before.</summary>
    [Fact]
    public void All_attempts_of_a_write_have_its_one_timestamp_and_the_next_write_a_later_one()
    {
        using RequestSite site = new(nodes: 6, AllAsked & ~Safeguards.Hedging);
        long last = 0;
        for (int key = 0; key < 40; key++)
        {
            site.Run(0.2);
            TimeSpan began = site.Now;
            int sent = 0;
            site.Transport.Script = asked => !asked.IsUsers ? null : sent++ == 0 ? (key % 2 == 0 ? Reply.ServerError : Reply.Silence) : Reply.Nothing;
            Assert.Equal(CqlOutcome.Success, site.Await(site.Delete(key)).Result.Outcome);

            IReadOnlyList<Asked> attempts = site.Transport.Since(began);
            Assert.InRange(attempts.Count, 2, 3);
            long? timestamp = Assert.Single(attempts.Select(attempt => attempt.Timestamp).Distinct());
            Assert.InRange(timestamp!.Value, last + 1, long.MaxValue);
            last = timestamp.Value;
        }
    }

    [Fact]
    public void A_first_retry_is_never_refused_and_further_ones_draw_on_a_budget()
    {
        using RequestSite site = new(nodes: 6, AllAsked);
        site.Transport.Script = asked => asked.IsUsers ? Reply.ServerError : null;
        TimeSpan began = site.Now;
        const int Requests = 2_000;

        IReadOnlyList<CqlResult> results = site.AskMany(Requests);

        Assert.DoesNotContain(results, result => result.Outcome == CqlOutcome.Success);
        int attempts = site.Transport.Since(began).Count;
        Assert.InRange(attempts, 2 * Requests, (2 * Requests) + (0.2 * Requests) + (100 * 10));
        Assert.InRange(site.Now - began, TimeSpan.Zero, TimeSpan.FromSeconds(4.1)); // the last of them had two seconds
    }

    /// <summary>Who is full is well: what comes meanwhile waits its turn, nobody says that a range cannot be served, and no connection takes more than it may.</summary>
    [Fact]
    public void When_every_coordinator_has_as_much_as_it_takes_requests_wait_for_room_in_it()
    {
        const int each = 4;
        using RequestSite site = new(nodes: 3, Safeguards.Hedging, set: options => options with { InFlightMax = each });
        site.Transport.Script = asked => asked.IsUsers ? Reply.Nothing.Late(50) : null;
        TimeSpan began = site.Now;
        List<Task<CqlResult>> all = [.. Enumerable.Range(0, 60).Select(site.Ask)];
        all.Add(site.Delete(1)); // at a level that does not wait for dark ranges

        Assert.All(all, one => Assert.Equal(CqlOutcome.Success, site.Await(one).Result.Outcome));
        Assert.InRange(site.Now - began, TimeSpan.FromMilliseconds(50 * 60 / (3 * each)), TimeSpan.FromSeconds(1));
        Assert.Equal(61, site.Transport.Since(began).Count);
        foreach (Asked asked in site.Transport.Since(began))
        {
            int under = site.Transport.Since(began).Count(other =>
                other.Node.Equals(asked.Node) && other.At <= asked.At && other.At > asked.At - TimeSpan.FromMilliseconds(50));
            Assert.InRange(under, 1, each);
        }

        Assert.DoesNotContain(site.Log, line => line.Contains("cannot serve", StringComparison.Ordinal));
        Assert.All(site.Local, node => Assert.Equal(CoordinatorState.Up, site.Of(node).State));
    }

    [Fact]
    public void What_finds_no_room_within_its_time_is_given_up_and_what_finds_none_to_wait_in_is_refused()
    {
        using RequestSite site = new(nodes: 3, Safeguards.Hedging, set: options => options with { InFlightMax = 1, WaitersMax = 5 });
        site.Transport.Script = asked => asked.IsUsers ? Reply.Nothing.Late(300) : null;
        List<CqlResult> all = [.. Enumerable.Range(0, 12).Select(site.Ask).ToList().Select(one => site.Await(one).Result)];
        Assert.Equal(8, all.Count(one => one.Outcome == CqlOutcome.Success)); // three at once, five that waited
        Assert.Equal(4, all.Count(one => one is { Outcome: CqlOutcome.Overloaded, Reason: "every coordinator has as many requests as it takes" }));
        Assert.DoesNotContain(site.Log, line => line.Contains("cannot serve", StringComparison.Ordinal));
    }

    [Fact]
    public void Retries_of_Unavailable_have_a_budget_of_their_own()
    {
        using RequestSite site = new(nodes: 6, AllAsked);
        site.Transport.Script = asked => asked.IsUsers ? Reply.Unavailable : null;
        TimeSpan began = site.Now;
        const int Requests = 2_000;

        site.AskMany(Requests);

        int attempts = site.Transport.Since(began).Count;
        Assert.InRange(attempts, (2 * Requests) + (0.4 * Requests), (2 * Requests) + (0.5 * Requests) + (100 * 10));
        Assert.InRange(site.Cluster.Core.Executor.BudgetsLeft.Retries, 1_000, double.MaxValue); // the other one was left alone
    }

    [Fact]
    public void A_retry_that_the_budget_refuses_is_made_when_there_is_room()
    {
        using RequestSite site = new(nodes: 6, AllAsked);
        site.Transport.Script = asked => asked.IsUsers ? Reply.ServerError : null;
        site.AskMany(3_000);
        IPEndPoint well = site.Local[5];
        site.Transport.Script = asked => asked.IsUsers && !asked.Node.Equals(well) ? Reply.ServerError : null;
        List<Task<CqlResult>> all = [.. Enumerable.Range(0, 50).Select(site.Ask)];
        site.Run(9); // what was taken is forgotten after ten seconds
        int late = site.AskMany(50).Count(result => result.Outcome == CqlOutcome.Success);

        Assert.Equal(50, late);
        Assert.All(all, one => Assert.True(one.IsCompleted));
    }

    /// <summary>Of the attempt and the one beside it, both fail; what follows is the request's first retry.</summary>
    [Fact]
    public void A_second_attempt_beside_the_first_is_no_retry()
    {
        using RequestSite site = new(nodes: 6, AllAsked & ~Safeguards.Hedging);
        site.Transport.Script = asked => asked.IsUsers ? Reply.ServerError : null;
        site.AskMany(3_000);
        Assert.InRange(site.Cluster.Core.Executor.BudgetsLeft.Retries, -1, 1);
        long refused = site.Cluster.Core.Telemetry.BudgetRefusals;
        long hedges = site.Cluster.Core.Telemetry.Hedges;
        int turn = 0;
        site.Transport.Script = asked => !asked.IsUsers ? null : turn++ switch { 0 => Reply.ServerError.Late(50), 1 => Reply.ServerError, _ => null };

        (CqlResult result, TimeSpan took) = site.Await(site.Ask(1));

        Assert.Equal(hedges + 1, site.Cluster.Core.Telemetry.Hedges);
        Assert.Equal(CqlOutcome.Success, result.Outcome);
        Assert.Equal(refused, site.Cluster.Core.Telemetry.BudgetRefusals);
        Assert.InRange(took, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(70));
    }

    [Fact]
    public void A_second_attempt_that_nobody_can_take_costs_no_budget()
    {
        using RequestSite site = new(nodes: 3, AllAsked & ~Safeguards.Hedging);
        int turn = 0;
        site.Transport.Script = asked => !asked.IsUsers ? null : turn++ switch { 0 or 1 => Reply.Overloaded, _ => Reply.Silence };
        double before = site.Cluster.Core.Executor.BudgetsLeft.Retries;

        Task<CqlResult> asked = site.Ask(1);
        site.Run(0.55);

        Assert.False(asked.IsCompleted);
        Assert.InRange(site.Cluster.Core.Executor.BudgetsLeft.Retries, before - 1, before + 1);
        site.Transport.Script = _ => null;
        turn = 0;
        site.Run(3);
        site.Transport.Script = one => !one.IsUsers || turn++ > 0 ? null : Reply.Silence;
        (CqlResult result, TimeSpan took) = site.Await(site.Ask(2)); // the budget of hedges is there, too
        Assert.Equal(CqlOutcome.Success, result.Outcome);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
    }

    /// <summary>A coordinator that cannot read who may do what says that nobody may.</summary>
    [Fact]
    public void Who_is_refused_by_one_coordinator_is_asked_for_at_another()
    {
        using RequestSite site = new();
        IPEndPoint sick = site.Local[0];
        site.Transport.Script = asked => asked.IsUsers && asked.Node.Equals(sick) ? Reply.Unauthorized : null;

        Assert.All(site.AskMany(200), result => Assert.Equal(CqlOutcome.Success, result.Outcome));
        Assert.NotEqual(CoordinatorState.Up, site.Of(sick).State);
    }

    [Fact]
    public void Who_is_out_of_service_is_asked_only_for_what_nobody_in_service_served_and_that_is_counted_apart()
    {
        using RequestSite site = new();
        IPEndPoint sick = site.Local[0];
        site.Transport.Script = asked => asked.Node.Equals(sick) ? Reply.ServerError : null;
        site.AskMany(200);
        CoordinatorStatus ejected = site.Of(sick);
        Assert.NotEqual(CoordinatorState.Up, ejected.State);
        Assert.Equal((0, 0), (ejected.ServedAsLastResort, ejected.FailedAsLastResort));
        Assert.InRange(ejected.Failed, 1, 10);

        site.Transport.Script = asked => !asked.IsUsers ? null : asked.Node.Equals(sick) ? null : Reply.ServerError;
        Assert.Equal(CqlOutcome.Success, site.Await(site.Ask(1)).Result.Outcome);
        Assert.Equal((ejected.Served + 1, 1, 0), (site.Of(sick).Served, site.Of(sick).ServedAsLastResort, site.Of(sick).FailedAsLastResort));

        bool isFirst = true;
        site.Transport.Script = asked => asked.IsUsers && (!asked.Node.Equals(sick) || isFirst && !(isFirst = false)) ? Reply.ServerError : null;
        site.Await(site.Ask(2));
        Assert.Equal((ejected.Failed + 1, 1), (site.Of(sick).Failed, site.Of(sick).FailedAsLastResort));
    }

    [Fact]
    public void Who_is_refused_by_all_is_told_so_at_once()
    {
        using RequestSite site = new();
        site.Transport.Script = asked => asked.IsUsers ? Reply.Unauthorized : null;

        (CqlResult result, TimeSpan took) = site.Await(site.Ask(1));

        Assert.Equal(CqlOutcome.Refused, result.Outcome);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        Assert.All(site.Local, node => Assert.Equal(CoordinatorState.Up, site.Of(node).State));
    }
}
