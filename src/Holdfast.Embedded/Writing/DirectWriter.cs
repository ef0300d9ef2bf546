using System.Buffers;
using System.Collections.Concurrent;
using Holdfast.Embedded.Caching;
using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;
using Holdfast.Embedded.Space;
using Holdfast.Sessions;

namespace Holdfast.Embedded.Writing;

/// <summary>
/// For <see cref="Durability.Relaxed"/>: writes on the caller's own thread. Without an fsync there is nothing to share, and
/// handing a write to another thread and back costs more than the write.
/// </summary>
/// <remarks>
/// Whatever is out of the ordinary (a failing log, too little space, a write that RocksDB would stall, a closing store) is
/// left to the queue and its <see cref="Writer"/>, which may block and knows what to answer.
/// </remarks>
internal sealed class DirectWriter(
    DatabaseSlot slot, ValueCache cache, WriteQueue queue, FreeSpaceGuard space, Writer writer, StoreMetrics metrics,
    TimeProvider time) : IDisposable
{
    private static readonly TimeProvider DiskClock = TimeProvider.System;

    private readonly ConcurrentQueue<WriteBatch> _batches = new();

    /// <summary>False when the queue must decide; true when the value is in the kernel's hands.</summary>
    public bool TrySet(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl)
    {
        if (space.RefusesValues || !TryBegin(out RocksDatabase? database))
        {
            return false;
        }

        WriteBatch batch = Rent();
        batch.Put(key.Utf8.Span, EntryHeader.For(ttl.Seconds, time.GetUtcNow().ToUnixTimeMilliseconds()), value);
        return Write(database, batch, key);
    }

    /// <summary>False when the queue must decide; true when the delete is in the kernel's hands.</summary>
    public bool TryDelete(SessionKey key)
    {
        if (!TryBegin(out RocksDatabase? database))
        {
            return false;
        }

        WriteBatch batch = Rent();
        batch.Delete(key.Utf8.Span);
        return Write(database, batch, key);
    }

    public void Dispose()
    {
        while (_batches.TryDequeue(out WriteBatch? batch))
        {
            batch.Dispose();
        }
    }

    private bool TryBegin([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RocksDatabase? database)
    {
        database = queue.IsClosed || writer.IsFailing ? null : slot.TryAcquire();
        return database is not null;
    }

    private bool Write(RocksDatabase database, WriteBatch batch, SessionKey key)
    {
        long began = DiskClock.GetTimestamp();
        try
        {
            database.WriteUnlessStalled(batch);
        }
        catch (RocksDbException)
        {
            return false; // the writer meets the same failure, and knows what to do about it
        }
        finally
        {
            database.Release();
            batch.Clear();
            _batches.Enqueue(batch);
        }

        ReadOnlySpan<byte> bytes = key.Utf8.Span;
        cache.ShardOf(bytes).Forget(bytes);
        writer.MarkDirty();
        metrics.Committed(DiskClock.GetElapsedTime(began), 1);
        return true;
    }

    private WriteBatch Rent() => _batches.TryDequeue(out WriteBatch? batch) ? batch : new WriteBatch();
}
