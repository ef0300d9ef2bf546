using Holdfast.Cql.Routing;
using Xunit;
using static Holdfast.Cql.Tests.Health.HealthScene;

namespace Holdfast.Cql.Tests.Routing;

public sealed class CoordinatorChoiceTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Of_none_there_is_none_and_of_one_it_is_that()
    {
        Assert.Equal(-1, CoordinatorChoice.Pick([], new Random(1)));
        Assert.Equal(0, CoordinatorChoice.Pick([Load(A)], new Random(1)));
    }

    [Fact]
    public void A_difference_of_a_few_percent_starves_nobody()
    {
        CoordinatorLoad[] all = [Load(A) with { PeakEwma = Fast * 1.1 }, Load(B), Load(C)];
        Random random = new(1);
        int first = Enumerable.Range(0, 30_000).Count(_ => CoordinatorChoice.Pick(all, random) == 0);

        Assert.InRange(first, 7_000, 10_000);
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
    public void A_slow_coordinator_gets_next_to_nothing()
    {
        CoordinatorLoad[] all = [Load(A) with { PeakEwma = TimeSpan.FromMilliseconds(500) }, Load(B), Load(C)];
        Random random = new(1);
        int slow = Enumerable.Range(0, 30_000).Count(_ => CoordinatorChoice.Pick(all, random) == 0);

        Assert.InRange(slow, 0, 150);
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
            int pick = CoordinatorChoice.Pick(all, random);
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

    private static CoordinatorLoad Load(HostId id) => new(id, 0, Fast, 1);
}
