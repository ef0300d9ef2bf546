using System.Text;
using Holdfast.Telemetry;
using Holdfast.Telemetry.Logging;
using Holdfast.Tests.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Tests.Telemetry;

public sealed class KaskLogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2023, 1, 24, 22, 10, 27, 900, TimeSpan.FromHours(1)));
    private readonly LogCapture _output = new();

    [Fact]
    public async Task The_incident_s_line_comes_out_byte_for_byte() => Assert.Equal(
        """{"msg":"Error writing to storage (Cannot achieve consistency level LOCAL_QUORUM)","appname":"sessionstore","time":"2023-01-24T21:10:27Z","level":"ERROR","request_id":"ea9a0eef-256d-4eb1-bfd5-863a66aacee9"}"""
            + "\n",
        await LoggedAsync(logger => logger.StorageWriteFailed(
            "Cannot achieve consistency level LOCAL_QUORUM", "ea9a0eef-256d-4eb1-bfd5-863a66aacee9")));

    [Theory]
    [InlineData(LogLevel.Trace, "DEBUG")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Warning, "WARNING")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "FATAL")]
    public async Task Levels_have_Kask_s_names(LogLevel level, string name) =>
        Assert.Contains($"\"level\":\"{name}\"", await LoggedAsync(logger => Say(logger, level, "text")));

    [Fact]
    public async Task Texts_are_escaped_as_Go_does() => Assert.StartsWith(
        @"{""msg"":""a\""b\\c\n\u003cd\u003e \u0026 é \u2028""",
        await LoggedAsync(logger => Say(logger, LogLevel.Information, "a\"b\\c\n<d> & é \u2028")));

    [Fact]
    public async Task Of_an_exception_only_types_and_stack_are_written()
    {
        var text = await LoggedAsync(logger =>
        {
            try
            {
                throw new InvalidOperationException("the key", new IOException("the value"));
            }
            catch (InvalidOperationException exception)
            {
                logger.StoreFault(exception, StoreOperation.Read, "x");
            }
        });

        Assert.Contains("\"exception\":\"System.InvalidOperationException \\u003c- System.IO.IOException\"", text);
        Assert.Contains(nameof(KaskLogTests), text);
        Assert.DoesNotContain("the key", text);
        Assert.DoesNotContain("the value", text);
    }

    [Fact]
    public async Task A_flood_of_one_line_is_bounded_and_summed_up()
    {
        var text = await LoggedAsync(logger =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                logger.StorageReadFailed("gone", $"request-{i}");
            }

            logger.StorageReadFailed("something else", "other");
            _time.Advance(TimeSpan.FromSeconds(1));
            logger.StorageReadFailed("gone", "later");
        });

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(RepeatedLines.LinesASecond + 3, lines.Length);
        Assert.Single(lines, line => line.Contains("something else"));
        Assert.Single(lines, line => line.Contains($"gone) ({10_000 - RepeatedLines.LinesASecond} more like this in one second)"));
        Assert.Single(lines, line => line.Contains("later"));
    }

    [Fact]
    public async Task Held_back_lines_are_told_of_when_the_flood_has_ended_too()
    {
        var text = await LoggedAsync((logger, provider) =>
        {
            for (var i = 0; i <= RepeatedLines.LinesASecond; i++)
            {
                Say(logger, LogLevel.Warning, "again");
            }

            provider.Summarise();
            _time.Advance(TimeSpan.FromSeconds(1));
            provider.Summarise();
            Assert.Equal(RepeatedLines.LinesASecond + 1, provider.Count(LogLevel.Warning));
        });

        Assert.Contains("\"again (1 more like this in one second)\"", text);
    }

    [Fact]
    public void A_flood_of_different_lines_is_bounded_too()
    {
        var repeated = new RepeatedLines();
        var admitted = Enumerable.Range(0, 5000).Count(i => repeated.Admit($"text {i}", LogLevel.Error, _time.GetUtcNow(), out _));

        Assert.Equal(RepeatedLines.TextsASecond, admitted);
        Assert.Equal(5000 - RepeatedLines.TextsASecond, Assert.Single(repeated.CollectAll()).Count);
    }

    [Fact]
    public async Task An_output_that_nobody_reads_holds_nobody_up()
    {
        var stuck = new StuckStream();
        var queue = new LogQueue(stuck, TimeProvider.System);
        for (var i = 0; i < LogQueue.Capacity * 2; i++)
        {
            queue.Add([1]);
        }

        Assert.InRange(queue.Dropped, LogQueue.Capacity - 1, LogQueue.Capacity + 1);
        stuck.Release();
        await queue.DisposeAsync();
    }

    public void Dispose() => _output.Dispose();

    private static void Say(ILogger logger, LogLevel level, string text) => logger.Log(level, 0, text, null, (said, _) => said);

    private Task<string> LoggedAsync(Action<ILogger> act) => LoggedAsync((logger, _) => act(logger));

    private async Task<string> LoggedAsync(Action<ILogger, KaskLoggerProvider> act)
    {
        var queue = new LogQueue(_output, _time);
        using (var provider = new KaskLoggerProvider("sessionstore", queue, _time))
        {
            act(provider.CreateLogger("test"), provider);
        }

        await queue.DisposeAsync();
        return Encoding.UTF8.GetString(_output.ToArray());
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _released = new();

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await _released.Task;
    }
}
