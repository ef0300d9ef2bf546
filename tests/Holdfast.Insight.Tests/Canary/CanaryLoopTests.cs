using Holdfast.Insight.Canary;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Insight.Tests.Canary;

public sealed class CanaryLoopTests : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLog _log = new();
    private readonly MeasuredMeters _meters = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<CanaryPath> _paths = [];
    private readonly Task _running;

    public CanaryLoopTests() =>
        _running = new CanaryLoop(s_interval, () => [.. _paths], new ReservedKeys("x"), _time, _log, _meters).RunAsync(_stopping.Token);

    [Fact]
    public async Task Each_coordinator_is_tried_once_an_interval()
    {
        ScriptedStore a = Add("a"), b = Add("b");

        Assert.Empty(a.Written);
        Pass(s_interval * 3);

        Assert.Equal(3, a.Written.Count);
        Assert.Equal(3, b.Written.Count);
        Assert.Equal(3, _meters.Read()["holdfast_canary_runs{coordinator=a,result=ok,step=none}"]);
        Assert.Equal(3, _meters.Read()["holdfast_canary_duration_seconds{coordinator=b}"]);
        Assert.Empty(_log.Lines);
        await StopAsync();
    }

    [Fact]
    public async Task A_failure_is_logged_when_it_begins_and_when_it_ends_and_counted_each_time()
    {
        ScriptedStore a = Add("a");
        _ = Add("b");
        a.OnGet = _ => new(ReadResult.Unavailable("no quorum"));
        Pass(s_interval * 4);
        a.OnGet = null;
        Pass(s_interval * 2);

        Assert.Equal(
            [
                (LogLevel.Warning, 500, "The canary through a fails at its step 'read': no quorum"),
                (LogLevel.Information, 501, "The canary through a succeeds again, after 4 failures"),
            ],
            _log.Lines);
        IReadOnlyDictionary<string, double> metrics = _meters.Read();
        Assert.Equal(4, metrics["holdfast_canary_runs{coordinator=a,result=failed,step=read}"]);
        Assert.Equal(2, metrics["holdfast_canary_runs{coordinator=a,result=ok,step=none}"]);
        Assert.Equal(0, metrics["holdfast_canary_runs{coordinator=b,result=failed,step=read}"]);
        Assert.Equal(6, metrics["holdfast_canary_runs{coordinator=b,result=ok,step=none}"]);
        await StopAsync();
    }

    [Fact]
    public async Task A_coordinator_that_is_gone_leaves_the_counters()
    {
        _ = Add("a");
        _ = Add("b");
        Pass(s_interval);
        _paths.RemoveAt(0);
        Pass(s_interval);

        Assert.DoesNotContain(_meters.Read().Keys, series => series.StartsWith("holdfast_canary_runs{coordinator=a", StringComparison.Ordinal));
        Assert.Equal(2, _meters.Read()["holdfast_canary_runs{coordinator=b,result=ok,step=none}"]);
        await StopAsync();
    }

    [Fact]
    public async Task However_many_coordinators_come_and_go_the_histogram_stays_bounded()
    {
        for (int i = 0; i < 300; i++)
        {
            _paths.Clear();
            _ = Add($"host-{i}");
            Pass(s_interval);
        }

        List<string> series = [.. _meters.Read().Keys.Where(key => key.StartsWith("holdfast_canary_duration_seconds", StringComparison.Ordinal))];
        Assert.Equal(257, series.Count);
        Assert.Equal(44, _meters.Read()["holdfast_canary_duration_seconds{coordinator=other}"]);
        await StopAsync();
    }

    [Fact]
    public async Task A_round_that_never_ends_makes_the_watch_old_and_a_failed_one_does_not()
    {
        TaskCompletionSource<ReadResult> hanging = new();
        ScriptedStore a = Add("a");
        a.OnGet = _ => new(ReadResult.Unavailable("no quorum"));
        Pass(s_interval * 3);
        Assert.InRange(_meters.Read()["holdfast_canary_age_seconds"], 0, 10);
        Assert.Equal(10, _meters.Read()["holdfast_canary_interval_seconds"]);

        a.OnGet = _ => new(hanging.Task);
        Pass(s_interval * 30);
        Assert.InRange(_meters.Read()["holdfast_canary_age_seconds"], 290, 310);
        hanging.SetResult(ReadResult.NotFound);
        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _meters.Dispose();
    }

    private ScriptedStore Add(string coordinator)
    {
        ScriptedStore store = new();
        _paths.Add(new CanaryPath(coordinator, store));
        return store;
    }

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }
}
