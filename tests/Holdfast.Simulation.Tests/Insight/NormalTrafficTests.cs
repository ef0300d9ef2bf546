using System.Globalization;
using System.Text;
using Holdfast.Insight.Loss;
using Holdfast.Lab.Simulation;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Simulation.Tests.Insight;

/// <summary>What watches for lost sessions is quiet while none is lost.</summary>
public sealed class NormalTrafficTests(ITestOutputHelper output)
{
    private const double Rate = 50;
    private const int Keys = 200;

    private int _requests;
    private int _failed;

    /// <summary>
    /// Users read, write, rewrite and log out at random through two instances whose clocks are a second apart, for an hour of virtual time:
    /// what one instance wrote, the other deletes, and writes again while the first reads.
    /// </summary>
    [Fact]
    public void An_hour_through_two_instances_has_no_confirmed_loss_and_no_stale_read()
    {
        using WatchedSite site = new(31, instances: 2);
        LossCounts[] counts = [new(), new()];
        RememberingSessionStore[] stores = [site.Remembering(0, counts[0]), site.Remembering(1, counts[1])];
        site.Sentinels(0, counts[0]);
        site.Sentinels(1, counts[1]);
        Randomness random = site.Lab.Scheduler.Randomness.Fork("users");
        Arrive(site, stores, random, site.Now + TimeSpan.FromHours(1));
        site.Run(TimeSpan.FromMinutes(61));
        foreach (LossCounts count in counts)
        {
            output.WriteLine(
                $"{_requests} requests, {_failed} failed; sentinels found {count.SentinelsFound}, confirmed {count.Confirmed}; second reads {count.SecondReads}, "
                + $"prevented {count.StaleReadsPrevented}, unexplained {count.UnexplainedMisses}");
        }

        Assert.All(counts, count =>
        {
            Assert.Equal(0, count.Confirmed);
            Assert.Equal(0, count.StaleReadsPrevented);

            // It looked: at sentinels, and at what the other instance deleted.
            Assert.True(count.SentinelsFound > 1_000);
            Assert.True(count.SecondReads > 1_000);
        });
        Assert.Equal(0, _failed);
        Assert.True(_requests > Rate * 3_500);
    }

    private static SessionKey Key(int number) =>
        new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"session:{number}")));

    private void Arrive(WatchedSite site, RememberingSessionStore[] stores, Randomness random, TimeSpan until)
    {
        TimeSpan pause = random.Exponential(TimeSpan.FromSeconds(1 / Rate));
        if (site.Now + pause < until)
        {
            site.Lab.Scheduler.After(pause, () =>
            {
                _ = OneAsync(random.Pick(stores), Key(random.Next(Keys)), random.NextDouble());
                Arrive(site, stores, random, until);
            });
        }
    }

    private async Task OneAsync(RememberingSessionStore store, SessionKey key, double draw)
    {
        _requests++;
        StoreStatus status;
        if (draw < 0.6)
        {
            ReadResult read = await store.GetAsync(key, CancellationToken.None);
            read.Lease?.Dispose();
            status = read.Status == StoreStatus.NotFound ? StoreStatus.Ok : read.Status;
        }
        else
        {
            status = draw < 0.85
                ? (await store.SetAsync(key, new([1, 2, 3]), new SessionTtl(draw < 0.65 ? 120 : 86_400), CancellationToken.None)).Status
                : (await store.DeleteAsync(key, CancellationToken.None)).Status;
        }

        _failed += status == StoreStatus.Ok ? 0 : 1;
    }
}
