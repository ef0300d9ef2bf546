using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Holdfast.Telemetry;

namespace Holdfast.Events;

/// <summary>
/// Events on their way to the disk. The queue is bounded, and a full one drops and counts: whatever becomes of the disk, nobody who
/// has something to tell waits for it.
/// </summary>
internal sealed class EventLog : IAsyncDisposable
{
    public const int Capacity = 4096;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly Channel<ServiceEvent> _queue = Channel.CreateBounded<ServiceEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _leaving = new();
    private readonly string _path;
    private readonly long _bytesMax;
    private readonly DateTimeOffset _made;
    private Task _writing = Task.CompletedTask;
    private long _taken;
    private long _dropped;

    /// <param name="path">The folder; empty for no log.</param>
    /// <param name="bytesMax">What all its files together may hold.</param>
    /// <param name="time">The clock.</param>
    public EventLog(string path, long bytesMax, TimeProvider time)
    {
        (_path, _bytesMax, _time) = (path, bytesMax, time);
        _made = Now();
    }

    /// <summary>False when nothing is kept.</summary>
    public bool IsOn => _path.Length > 0;

    /// <summary>Events that were lost: to a full queue, or to a disk that took nothing until the end.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True once the store is being closed: that its connections end is then no news of anybody's health.</summary>
    public bool IsClosing { get; set; }

    /// <summary>It happened now, unless it says when.</summary>
    public void Add(ServiceEvent happened)
    {
        if (!IsOn)
        {
            return;
        }

        if (_queue.Writer.TryWrite(happened.At == default ? happened with { At = Now() } : happened))
        {
            Interlocked.Increment(ref _taken);
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>From here on it is written; what was added before, too.</summary>
    /// <param name="begun">The log's first event: whether the run before ended cleanly is found out here.</param>
    /// <param name="logger">Told when the log cannot be written.</param>
    public void Start(Started begun, ILogger logger)
    {
        if (IsOn)
        {
            EventWriter writer = new(
                _queue.Reader, () => EventFolder.Open(_path, _bytesMax), begun with { At = _made }, () => Dropped, _time, logger, _leaving.Token);
            _writing = Task.Run(async () => Interlocked.Add(ref _dropped, await writer.RunAsync()));
        }
    }

    public void Register(IMeterFactory meters)
    {
        var meter = meters.Create(RequestMetrics.MeterName);
        _ = meter.CreateObservableCounter("holdfast_events_total", () => Interlocked.Read(ref _taken), null, "Events taken for the event log.");
        _ = meter.CreateObservableCounter("holdfast_events_dropped_total", () => Dropped, null, "Events lost: the event log's queue was full, or its disk.");
    }

    /// <summary>Says that this is a good end, and writes out what is queued, as long as the disk takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        Add(new Stopped());
        _queue.Writer.TryComplete();
        await _leaving.CancelAsync();
        await _writing.WaitAsync(s_farewell, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
