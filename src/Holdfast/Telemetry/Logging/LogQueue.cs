using System.Threading.Channels;

namespace Holdfast.Telemetry.Logging;

/// <summary>
/// Lines on their way to standard output. Bounded, and a full queue drops and counts: whoever reads our output slowly,
/// or not at all, must not hold up a request.
/// </summary>
internal sealed class LogQueue : IAsyncDisposable
{
    public const int Capacity = 4096;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly Stream _output;
    private readonly TimeProvider _time;
    private readonly Task _writing;
    private long _dropped;

    public LogQueue(Stream output, TimeProvider time)
    {
        _output = output;
        _time = time;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Lines that found the queue full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(byte[] line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes out what is queued, as long as somebody takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing.WaitAsync(s_farewell, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync()
    {
        var reader = _lines.Reader;
        while (await reader.WaitToReadAsync())
        {
            try
            {
                while (reader.TryRead(out var line))
                {
                    await _output.WriteAsync(line);
                }

                await _output.FlushAsync();
            }
            catch (IOException)
            {
                // Nobody reads our output any more (a closed pipe, a full disk): the service goes on without a log.
                Interlocked.Increment(ref _dropped);
            }
        }
    }
}
