using System.Collections.Concurrent;
using Holdfast.Cql.Transport;
using Xunit;

namespace Holdfast.Cql.Tests.Transport;

/// <summary>What is rung for is run once, whatever happens to the bell.</summary>
public sealed class DoorbellTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Everything_that_many_ring_for_is_run_once()
    {
        using Doorbell bell = new();
        Counted counted = new(40_000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                bell.Ring(new Item(counted.Run));
            }
        }))).WaitAsync(s_patience);

        await counted.All.WaitAsync(s_patience);
        Assert.Equal(40_000, counted.Runs);
    }

    [Fact]
    public async Task What_is_rung_for_together_is_run_in_its_order_and_by_one()
    {
        using Doorbell bell = new();
        ConcurrentQueue<int> order = [];
        Counted counted = new(3);
        bell.Ring(new Item(() =>
        {
            // From within: nothing of it is run before this has ended.
            for (int i = 1; i <= 3; i++)
            {
                int number = i;
                bell.Ring(new Item(() =>
                {
                    order.Enqueue(number);
                    counted.Run();
                }));
            }

            order.Enqueue(0);
        }));

        await counted.All.WaitAsync(s_patience);
        Assert.Equal([0, 1, 2, 3], order);
    }

    [Fact]
    public async Task Who_answers_says_so_first()
    {
        List<string> said = [];
        Counted counted = new(1);
        using Doorbell bell = new(_ => said.Add("answering"));
        bell.Ring(new Item(() =>
        {
            said.Add("run");
            counted.Run();
        }));

        await counted.All.WaitAsync(s_patience);
        Assert.Equal(["answering", "run"], said);
    }

    /// <summary>As when the process has no descriptors left, or is shutting down: a request must still be sent.</summary>
    [Fact]
    public async Task A_bell_that_is_gone_leaves_everything_to_the_pool()
    {
        Doorbell bell = new();
        Counted counted = new(2_000);
        Task ringing = Task.Run(() =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                bell.Ring(new Item(counted.Run));
                if (i == 1_000)
                {
                    bell.Dispose();
                }
            }
        });

        await ringing.WaitAsync(s_patience);
        await counted.All.WaitAsync(s_patience);
        await bell.Answers.WaitAsync(s_patience);
        Assert.Equal(2_000, counted.Runs);
    }

    private sealed class Counted(int all)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public Task All => _all.Task;

        public void Run()
        {
            if (Interlocked.Increment(ref _runs) == all)
            {
                _all.SetResult();
            }
        }
    }

    private sealed class Item(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
