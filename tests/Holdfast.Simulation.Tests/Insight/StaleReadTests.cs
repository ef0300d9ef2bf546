using System.Globalization;
using System.Text;
using Holdfast.Cql.Health;
using Holdfast.Insight.Loss;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Simulation.Tests.Insight;

/// <summary>Acknowledged writes that the cluster drops: what the users of the instance that wrote them see.</summary>
public sealed class StaleReadTests(ITestOutputHelper output)
{
    private const int Keys = 40;
    private static readonly SessionTtl s_day = new(86_400);

    /// <summary>
    /// Acknowledged by two replicas while the third had been away for longer than hints are kept. One of the two loses power before its log
    /// is on disk: then a quorum of it and the third knows nothing of the session.
    /// </summary>
    [Fact]
    public void What_one_of_two_replicas_loses_is_found_at_a_stronger_level_and_returned()
    {
        (int found, int missed, LossCounts counts) = Play(remember: true);

        Assert.Equal(Keys, found);
        Assert.Equal(0, missed);
        Assert.True(counts.StaleReadsPrevented > 0);
        Assert.Equal(0, counts.UnexplainedMisses);
    }

    /// <summary>The same without the record: somebody is logged out. Otherwise the test above would show nothing.</summary>
    [Fact]
    public void Without_the_record_sessions_are_missed() => Assert.True(Play(remember: false).Missed > 0);

    [Fact]
    public void What_every_replica_loses_is_unexplained()
    {
        using WatchedSite site = new(22);
        LossCounts counts = new();
        RememberingSessionStore store = site.Remembering(0, counts);
        Write(site, store);
        site.Lab.Fault("power-loss", "all", "for=10s");
        site.Run(TimeSpan.FromSeconds(90));
        int missed = Keys - Read(site, store);
        output.WriteLine($"missed {missed}, unexplained {counts.UnexplainedMisses}, prevented {counts.StaleReadsPrevented}");

        Assert.InRange(missed, 1, Keys);
        Assert.Equal(missed, counts.UnexplainedMisses);
        Assert.Equal(0, counts.StaleReadsPrevented);
    }

    private (int Found, int Missed, LossCounts Counts) Play(bool remember)
    {
        using WatchedSite site = new(21);
        LossCounts counts = new();
        ISessionStore store = remember ? site.Remembering(0, counts) : site.Stores[0];
        site.Lab.Fault("power-loss", "eqiad-3");
        site.Run(TimeSpan.FromHours(3) + TimeSpan.FromMinutes(1)); // nobody keeps hints for it any more
        site.Lab.Fault("cut-dc", "codfw");
        site.Run(TimeSpan.FromSeconds(40)); // the other data centre learns of it later, by hints
        Write(site, store);
        site.Lab.Fault("power-loss", "eqiad-1", "for=5s");
        site.Lab.Faults.HealAll();
        site.Run(TimeSpan.FromSeconds(5));
        site.Lab.Scheduler.RunUntil(
            () => site.Stores[0].Cluster.Coordinators().All(coordinator => coordinator.State == CoordinatorState.Up), TimeSpan.FromMinutes(3));
        int found = Read(site, store);
        output.WriteLine($"found {found}, prevented {counts.StaleReadsPrevented}, unexplained {counts.UnexplainedMisses}, second {counts.SecondReads}");
        return (found, Keys - found, counts);
    }

    private static void Write(WatchedSite site, ISessionStore store)
    {
        for (int i = 0; i < Keys; i++)
        {
            Assert.Equal(StoreStatus.Ok, site.Await(store.SetAsync(Key(i), new([1, 2, 3]), s_day, CancellationToken.None)).Status);
        }
    }

    private static int Read(WatchedSite site, ISessionStore store)
    {
        int found = 0;
        for (int i = 0; i < Keys; i++)
        {
            ReadResult read = site.Await(store.GetAsync(Key(i), CancellationToken.None));
            Assert.NotEqual(StoreStatus.Unavailable, read.Status);
            found += read.Status == StoreStatus.Ok ? 1 : 0;
            read.Lease?.Dispose();
        }

        return found;
    }

    private static SessionKey Key(int number) =>
        new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"session:{number}")));
}
