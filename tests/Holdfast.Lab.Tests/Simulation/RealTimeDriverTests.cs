using Holdfast.Lab.Simulation;
using Xunit;

namespace Holdfast.Lab.Tests.Simulation;

public sealed class RealTimeDriverTests
{
    private readonly Scheduler scheduler = new(7, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Virtual_minutes_pass_in_real_milliseconds_at_a_high_speed()
    {
        await using var driver = new RealTimeDriver(scheduler, TimeProvider.System, speed: 6_000);
        var fired = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        driver.Post(() => scheduler.After(TimeSpan.FromMinutes(2), () => fired.SetResult(scheduler.Now)));
        var at = await fired.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(at >= TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Closures_of_many_threads_all_run_on_the_one_loop_thread()
    {
        await using var driver = new RealTimeDriver(scheduler, TimeProvider.System);
        var threads = new HashSet<int>();
        var count = 0;
        await Parallel.ForAsync(0, 10_000, TestContext.Current.CancellationToken, (_, _) =>
        {
            driver.Post(() =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                count++;
            });
            return ValueTask.CompletedTask;
        });
        Assert.Equal(10_000, await driver.InvokeAsync(() => count));
        Assert.Single(threads);
    }

    [Fact]
    public async Task A_bug_in_a_handler_ends_the_loop_and_is_told()
    {
        await using var driver = new RealTimeDriver(scheduler, TimeProvider.System);
        driver.Post(() => throw new InvalidOperationException("a bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => driver.Completion);
        await Assert.ThrowsAnyAsync<Exception>(() => driver.InvokeAsync(() => 1));
    }
}
