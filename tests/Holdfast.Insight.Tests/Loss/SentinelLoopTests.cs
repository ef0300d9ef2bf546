using Holdfast.Insight.Loss;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Insight.Tests.Loss;

public sealed class SentinelLoopTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _store = new();
    private readonly RecordingLog _log = new();
    private readonly MeasuredMeters _meters = new();
    private readonly LossCounts _counts = new();
    private readonly CancellationTokenSource _stopping = new();
    private SecondAnswer _second = new(ReadResult.NotFound, null);
    private Task _running = Task.CompletedTask;

    public SentinelLoopTests() => _counts.Register(_meters);

    [Fact]
    public async Task While_all_are_there_nothing_is_said()
    {
        Start();
        Pass(120);

        IReadOnlyDictionary<string, double> metrics = _meters.Read();
        Assert.Equal(12, metrics["holdfast_session_sentinels"]);
        Assert.True(metrics["holdfast_session_sentinel_reads{result=found}"] > 20);
        Assert.Equal(0, metrics["holdfast_session_loss_confirmed"]);
        Assert.Equal(0, metrics["holdfast_session_sentinel_reads{result=missing}"]);
        Assert.Empty(_log.Lines);
        Assert.All(_store.Lives, life => Assert.False(life.IsNever));
        Assert.InRange(metrics["holdfast_session_sentinel_age_seconds"], 0, 10);
        Assert.Equal(10, metrics["holdfast_session_sentinel_interval_seconds"]);
        await StopAsync();
    }

    [Fact]
    public async Task What_is_missing_and_stays_missing_is_a_loss_with_one_line_each_and_no_key()
    {
        Start();
        Pass(25);
        _store.Lose();
        Pass(120);

        Assert.Equal(3, _counts.Confirmed);
        Assert.Equal(3, _meters.Read()["holdfast_session_sentinel_reads{result=missing}"]);
        Assert.Equal(3, _log.Lines.Count);
        Assert.All(_log.Lines, line =>
        {
            Assert.Equal((LogLevel.Error, 510), (line.Level, line.Id));
            Assert.DoesNotContain("sentinel/", line.Text);
        });
        await StopAsync();
    }

    [Fact]
    public async Task What_a_stronger_read_finds_is_a_stale_read_and_no_loss()
    {
        Start();
        Pass(15);
        _store.Lose();
        _second = new(ReadResult.Found(ScriptedStore.LeaseOf([1])), null);
        Pass(10);

        Assert.Equal(0, _counts.Confirmed);
        Assert.True(_counts.StaleReadsPrevented > 0);
        Assert.Contains(_log.Lines, line => line.Id == 511);
        await StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_nobody_can_be_asked_again_a_miss_counts_only_where_it_is_final(bool missIsFinal)
    {
        Start(missIsFinal);
        Pass(15);
        _store.Lose();
        _second = new(ReadResult.Unavailable("away"), null);
        Pass(30);

        Assert.Equal(0, _counts.Confirmed);
        Assert.True(_counts.SentinelsUnanswered > 0);
        Pass(30);
        Assert.Equal(missIsFinal, _counts.Confirmed > 0);
        await StopAsync();
    }

    [Fact]
    public async Task Storage_that_does_not_answer_has_lost_nothing()
    {
        Start();
        Pass(15);
        _store.OnGet = _ => new(ReadResult.Unavailable("away"));
        Pass(60);
        _store.OnGet = _ => throw new InvalidOperationException("a secret");
        Pass(60);
        Assert.InRange(_meters.Read()["holdfast_session_sentinel_age_seconds"], 120, 135); // the watch is blind, and that is told
        _store.OnGet = null;
        Pass(60);

        Assert.InRange(_meters.Read()["holdfast_session_sentinel_age_seconds"], 0, 10);
        Assert.Equal(0, _counts.Confirmed);
        Assert.True(_counts.SentinelsUnanswered > 10);
        Assert.Empty(_log.Lines);
        await StopAsync();
    }

    [Fact]
    public async Task What_could_not_be_written_is_not_looked_for()
    {
        _store.OnSet = _ => new(WriteResult.Unavailable("away"));
        Start();
        Pass(60);
        _store.OnSet = _ => throw new InvalidOperationException("a secret");
        Pass(15);

        Assert.Equal(0, _store.Reads);
        Assert.Equal(0, _meters.Read()["holdfast_session_sentinels"]);
        Assert.Equal(75, _meters.Read()["holdfast_session_sentinel_age_seconds"]);
        Assert.DoesNotContain(_log.Lines, line => line.Text.Contains("secret"));
        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _meters.Dispose();
    }

    private void Start(bool missIsFinal = true) => _running = new SentinelLoop(
        new SentinelOptions { MissIsFinal = missIsFinal }, _store, (_, _) => new(_second), new ReservedKeys("x"), _counts, _time, _log).RunAsync(_stopping.Token);

    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
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
