using System.Net;
using System.Text;
using Holdfast.Cassandra;
using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Sessions;
using Holdfast.Simulation.Tests.Client;
using Xunit;

namespace Holdfast.Simulation.Tests.Requests;

/// <summary>Deletes: everywhere where that can be had, here where it cannot, within one deadline.</summary>
public sealed class DeleteTests
{
    private static readonly byte[] s_key = Encoding.ASCII.GetBytes("a session");

    [Fact]
    public void A_delete_has_one_deadline_for_everywhere_and_here()
    {
        using RequestSite site = new(store: new CassandraStoreOptions());
        site.Transport.Script = asked => asked.IsUsers ? Reply.Silence : null;

        (WriteResult result, TimeSpan took) = site.Await(Delete(site));

        Assert.NotEqual(WriteResult.Ok, result);
        Assert.InRange(took, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.01));
    }

    [Fact]
    public void A_short_deadline_leaves_time_for_here()
    {
        using RequestSite site = new(store: new CassandraStoreOptions(), set: options => options with { Deadline = TimeSpan.FromMilliseconds(400) });
        site.Transport.Script = asked => asked is { IsUsers: true, Level: ConsistencyLevel.EachQuorum } ? Reply.Silence : null;

        (WriteResult result, TimeSpan took) = site.Await(Delete(site));

        Assert.Equal(WriteResult.Ok, result);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void A_delete_is_hedged_as_any_write()
    {
        using RequestSite site = new(store: new CassandraStoreOptions());
        IPEndPoint? hangs = null;
        site.Transport.Script = asked => asked is { IsUsers: true, Level: ConsistencyLevel.EachQuorum } && asked.Node.Equals(hangs ??= asked.Node) ? Reply.Silence : null;

        (WriteResult result, TimeSpan took) = site.Await(Delete(site));

        Assert.Equal(WriteResult.Ok, result);
        Assert.Equal(0, site.Store!.Deletes!.Pending);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromMilliseconds(250)); // an attempt has 300 ms
    }

    /// <summary>Between data centres everything takes its time: that is no reason for a second attempt.</summary>
    [Fact]
    public void Deletes_take_no_second_attempts_for_being_far()
    {
        using RequestSite site = new(store: new CassandraStoreOptions());
        for (int i = 0; i < 400; i++)
        {
            _ = Delete(site);
            site.Run(0.025);
        }

        long hedges = site.Cluster.Core.Telemetry.Hedges;
        for (int i = 0; i < 400; i++)
        {
            _ = Delete(site);
            site.Run(0.025);
        }

        Assert.InRange(site.Cluster.Core.Telemetry.Hedges - hedges, 0, 400 * 0.06);
    }

    [Fact]
    public void Who_failed_what_another_did_everywhere_is_asked_last_for_deletes_and_keeps_its_reads()
    {
        using RequestSite site = new(statements: new Statements(ConsistencyLevel.EachQuorum));
        IPEndPoint cut = site.Local[0];
        site.Transport.Script = asked => asked is { IsUsers: true, Level: ConsistencyLevel.EachQuorum } && asked.Node.Equals(cut) ? Reply.Unavailable : null;
        TimeSpan began = site.Now;
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(CqlOutcome.Success, site.Await(site.Delete(i)).Result.Outcome);
        }

        IReadOnlyList<Asked> deletes = site.Transport.Since(began);
        Assert.InRange(deletes.Count(asked => asked.Node.Equals(cut)), 1, 10);
        Assert.Equal(CoordinatorState.Up, site.Of(cut).State);
        began = site.Now;
        site.AskMany(300);
        Assert.InRange(site.Transport.Since(began).Count(asked => asked.Node.Equals(cut)), 60, 140);
    }

    [Fact]
    public void A_range_that_was_dark_between_data_centres_is_forgotten_and_never_took_the_service_away()
    {
        using RequestSite site = new(statements: new Statements(ConsistencyLevel.EachQuorum));
        site.Transport.Script = asked => asked is { IsUsers: true, Level: ConsistencyLevel.EachQuorum } ? Reply.Unavailable : null;
        Task<CqlResult>[] deletes = [.. Enumerable.Range(0, 100).Select(site.Delete)];
        site.Run(0.5);
        Assert.True(site.Cluster.CanServe);
        site.Run(2);
        Assert.All(deletes, one => Assert.True(one.IsCompleted));
        Assert.NotEqual(0, site.Cluster.Core.Executor.Waiting.DarkRanges);

        site.Transport.Script = _ => null;
        site.Run(20); // nobody deletes any more

        Assert.Equal(0, site.Cluster.Core.Executor.Waiting.DarkRanges);
    }

    private static Task<WriteResult> Delete(RequestSite site) => site.Store!.DeleteAsync(new SessionKey(s_key), CancellationToken.None).AsTask();
}
