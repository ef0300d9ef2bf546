using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;
using Microsoft.Extensions.Logging;

namespace Holdfast.Embedded.Writing;

/// <summary>For <see cref="Durability.Relaxed"/>: puts the log on disk every so often, on a thread of its own.</summary>
internal sealed class LogSyncer : IDisposable
{
    private readonly DatabaseSlot _slot;
    private readonly Writer _writer;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public LogSyncer(DatabaseSlot slot, Writer writer, TimeSpan interval, ILogger logger)
    {
        _slot = slot;
        _writer = writer;
        _interval = interval;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "holdfast log sync" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(_interval))
        {
            if (_writer.TakeDirty() && _slot.TryAcquire() is { } database)
            {
                Sync(database);
            }
        }
    }

    private void Sync(RocksDatabase database)
    {
        try
        {
            database.SyncLog();
        }
        catch (RocksDbException error)
        {
            // RocksDB refuses the next write too, and the writer then reopens it.
            Log.WriteFailed(_logger, SafeReason.Of(error));
        }
        finally
        {
            database.Release();
        }
    }
}
