using Holdfast.Cql.Routing;
using Xunit;
using static Holdfast.Cql.Tests.Health.HealthScene;

namespace Holdfast.Cql.Tests.Routing;

public sealed class CoordinatorChoiceTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Replicas_come_first()
    {
        CoordinatorLoad[] all = [Load(A), Load(B, inFlight: 1_000), Load(C)];
        Random random = new(1);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.Equal(1, CoordinatorChoice.Pick(all, [B], random));
        }
    }

    [Fact]
    public void Without_a_usable_replica_any_coordinator_serves()
    {
        Assert.Equal(0, CoordinatorChoice.Pick([Load(A)], [B, C], new Random(1)));
        Assert.Equal(-1, CoordinatorChoice.Pick([], [B, C], new Random(1)));
    }

    [Fact]
    public void Equal_coordinators_share_evenly_and_a_weight_of_a_tenth_takes_much_less()
    {
        int[] even = Spread(1, 1, 1);
        Assert.All(even, count => Assert.InRange(count, 9_000, 11_000));

        int[] slowStart = Spread(0.1, 1, 1);
        Assert.InRange(slowStart[0], 0, 3_000);
    }

    [Fact]
    public void A_slow_coordinator_is_never_preferred_to_a_fast_one()
    {
        CoordinatorLoad[] all = [Load(A) with { PeakEwma = TimeSpan.FromMilliseconds(500) }, Load(B), Load(C)];
        Random random = new(1);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.NotEqual(0, CoordinatorChoice.Pick(all, [A, B, C], random));
        }
    }

    /// <summary>30,000 requests, 30 in flight at a time, to three coordinators of these weights.</summary>
    private static int[] Spread(params double[] weights)
    {
        int[] inFlight = new int[3];
        int[] total = new int[3];
        Queue<int> out_ = new();
        Random random = new(1);
        for (int i = 0; i < 30_000; i++)
        {
            CoordinatorLoad[] all =
                [.. weights.Select((weight, at) => new CoordinatorLoad(Host(at + 1), inFlight[at], Fast, weight))];
            int pick = CoordinatorChoice.Pick(all, [A, B, C], random);
            inFlight[pick]++;
            total[pick]++;
            out_.Enqueue(pick);
            if (out_.Count > 30)
            {
                inFlight[out_.Dequeue()]--;
            }
        }

        return total;
    }

    private static CoordinatorLoad Load(HostId id, int inFlight = 0) => new(id, inFlight, Fast, 1);
}
