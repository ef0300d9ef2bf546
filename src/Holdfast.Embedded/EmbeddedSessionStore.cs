using System.Buffers;
using System.Diagnostics.Metrics;
using Holdfast.Embedded.Backup;
using Holdfast.Embedded.Caching;
using Holdfast.Embedded.Native;
using Holdfast.Embedded.Opening;
using Holdfast.Embedded.Recovery;
using Holdfast.Embedded.Space;
using Holdfast.Embedded.Writing;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Embedded;

/// <summary>
/// Sessions in a folder of this machine, durable when acknowledged: a cache in front, one writer behind, RocksDB below.
/// </summary>
public sealed class EmbeddedSessionStore : ISessionStore
{
    /// <summary>The name of the meter with this store's metrics.</summary>
    public const string MeterName = StoreMetrics.MeterName;

    // How long a read waits for a database that is being reopened; MediaWiki gives up after 3 s.
    private static readonly TimeSpan ReopenWait = TimeSpan.FromSeconds(2);

    // A key that no request can name: a request's key is valid UTF-8.
    private static readonly byte[] ReadinessKey = [0xFF, 0x00];

    private readonly StoreFolder _folder;
    private readonly DatabaseSlot _slot;
    private readonly ValueCache _cache;
    private readonly WriteQueue _queue;
    private readonly FreeSpaceGuard _space;
    private readonly Writer _writer;
    private readonly LogSyncer? _syncer;
    private readonly StoreMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _minFreeBytes;
    private bool _disposed;
    private int _backingUp;

    private EmbeddedSessionStore(
        StoreFolder folder, RocksDatabase database, EmbeddedStoreOptions options, TimeProvider time, ILogger logger, IMeterFactory? meters)
    {
        _folder = folder;
        _time = time;
        _logger = logger;
        _slot = new DatabaseSlot(database);
        _cache = new ValueCache(options.CacheBytes);
        _queue = new WriteQueue(options.MaxQueuedWrites);
        _space = new FreeSpaceGuard(options.MinFreeBytes);
        _minFreeBytes = options.MinFreeBytes;
        _metrics = new StoreMetrics(
            meters, () => _queue.Count, FreeBytes, () => DiskSpace.SizeBytes(_folder.Path), () => _cache.Bytes, () => RefusesWrites, Property);
        Reopener reopener = new(
            () => folder.Reopen(time), () => RocksDatabase.OpenReadOnly(folder.Database, time), _metrics, FreeBytes, _cache.Clear, logger);
        bool fsync = Environment.GetEnvironmentVariable("HOLDFAST_TEST_FSYNC") != "off";
        bool sync = options.Durability == Durability.Sync && fsync;
        UnsyncedLog unsynced = new();
        _writer = new Writer(_slot, reopener, _cache, _queue, unsynced, _space, FreeBytes, _metrics, time, logger, sync);
        if (!fsync)
        {
            Log.FsyncOff(logger);
        }
        else if (!sync)
        {
            _syncer = new LogSyncer(_slot, unsynced, reopener, _queue, options.RelaxedSyncInterval, _metrics, time);
            _syncer.Start();
        }

        _metrics.Begin();
        _writer.Start();
    }

    /// <summary>Opens the store in <see cref="EmbeddedStoreOptions.Path"/>, or makes one in an absent or empty folder.</summary>
    /// <param name="options">What the operator set.</param>
    /// <param name="timeProvider">The clock that lives expire by.</param>
    /// <param name="logger">Where the store says what becomes of it; never a key or a value.</param>
    /// <param name="meters">Who owns the meter; null makes one that ends with the store.</param>
    /// <exception cref="StoreOpenException">The folder cannot be used as it is; its data was not changed.</exception>
    public static EmbeddedSessionStore Open(
        EmbeddedStoreOptions options, TimeProvider timeProvider, ILogger<EmbeddedSessionStore> logger, IMeterFactory? meters = null)
    {
        (StoreFolder folder, RocksDatabase database) = StoreFolder.Open(options.Path, timeProvider);
        try
        {
            StoreBackup.RemoveLeftovers(folder.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.LeftoversRemain(logger, error.Message); // sessions can be served all the same
        }

        return new EmbeddedSessionStore(folder, database, options, timeProvider, logger, meters);
    }

    private bool RefusesWrites => _space.RefusesValues || _writer.IsFailing;

    /// <inheritdoc/>
    public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlySpan<byte> bytes = key.Utf8.Span;
        CacheShard shard = _cache.ShardOf(bytes);
        if (shard.Find(bytes, out long version) is { } cached)
        {
            _metrics.Hit();
            long nowMs = NowMs();
            return new ValueTask<ReadResult>(cached.Header.IsExpired(nowMs)
                ? ReadResult.NotFound
                : ReadResult.Found(MemoryLease.On(cached.Value, cached.Header.SecondsLeft(nowMs))));
        }

        _metrics.Miss();
        return _slot.TryAcquire() is { } database
            ? new ValueTask<ReadResult>(Read(database, bytes, shard, version))
            : GetWhenReopenedAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken) =>
        Enqueue(WriteRequest.Set(key, value, ttl), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken) =>
        Enqueue(WriteRequest.Delete(key), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (RefusesWrites)
        {
            return new(StoreReadiness.NotReady(_writer.IsFailing ? "the log cannot be written" : "too little free space"));
        }

        return new(ReadNothing() is { } reason ? StoreReadiness.NotReady(reason) : StoreReadiness.Ready);
    }

    /// <summary>Whether the database has just answered a read, though it may take no values at the moment.</summary>
    public bool AnswersReads => ReadNothing() is null;

    /// <summary>Copies the running store to <paramref name="directory"/>, as of one moment, while it goes on serving.</summary>
    /// <param name="directory">Absent or empty.</param>
    /// <param name="progress">Told as bytes are copied.</param>
    /// <param name="cancellationToken">Stops; what was copied is removed.</param>
    /// <exception cref="IOException">The copy failed, or the folder holds something.</exception>
    public async Task BackupAsync(string directory, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        // Both would stage their links in the same folder.
        if (Interlocked.Exchange(ref _backingUp, 1) != 0)
        {
            throw new IOException("Another backup of this store is being written; try again when it is done.");
        }

        try
        {
            await StoreBackup.WriteAsync(_slot, _folder.Path, _minFreeBytes, directory, progress, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _backingUp, 0);
        }
    }

    /// <summary>Finishes the writes that wait, puts the log on disk and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _writer.StopAsync();
        _syncer?.Dispose();
        _writer.Dispose();
        if (_slot.TryAcquire() is { } database)
        {
            try
            {
                database.SyncLog();
            }
            catch (RocksDbException error)
            {
                Log.SyncFailed(_logger, SafeReason.Of(error));
            }
            finally
            {
                database.Release();
            }
        }

        await _slot.EmptyAsync();
        _metrics.Dispose();
        _queue.Dispose();
        _folder.Dispose();
    }

    /// <summary>Rewrites everything now; for tests of what compaction does.</summary>
    internal void CompactAll()
    {
        RocksDatabase database = _slot.TryAcquire() ?? throw new InvalidOperationException("No database is open.");
        try
        {
            database.CompactAll();
        }
        finally
        {
            database.Release();
        }
    }

    /// <summary>Reads a key that nobody has: null when the database says so, else why it cannot.</summary>
    private string? ReadNothing()
    {
        if (_slot.TryAcquire() is not { } database)
        {
            return "the database is being reopened";
        }

        ReadResult answer = Read(database, ReadinessKey, _cache.ShardOf(ReadinessKey), version: -1);
        return answer.Status == StoreStatus.NotFound ? null : answer.Reason ?? "unexpected answer";
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private long FreeBytes() => DiskSpace.FreeBytes(_folder.Path);

    internal long Property(string name)
    {
        if (_slot.TryAcquire() is not { } database)
        {
            return 0;
        }

        try
        {
            return database.Property(name);
        }
        finally
        {
            database.Release();
        }
    }

    private ValueTask<WriteResult> Enqueue(WriteRequest request, CancellationToken cancellationToken)
    {
        ValueTask<WriteResult> task = request.Begin(cancellationToken);
        if (!_queue.TryAdd(request))
        {
            _metrics.QueueFull();
            request.Refuse(WriteResult.Unavailable(
                _queue.IsClosed ? "the store is closing" : "too many writes wait for the disk"));
        }

        return task;
    }

    private async ValueTask<ReadResult> GetWhenReopenedAsync(SessionKey key, CancellationToken cancellationToken)
    {
        try
        {
            await _slot.WhenFilled.WaitAsync(ReopenWait, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return ReadResult.Unavailable("the database is being reopened");
        }

        CacheShard shard = _cache.ShardOf(key.Utf8.Span);
        _ = shard.Find(key.Utf8.Span, out long version);
        return _slot.TryAcquire() is { } database
            ? Read(database, key.Utf8.Span, shard, version)
            : ReadResult.Unavailable("the database is being reopened");
    }

    /// <summary>Reads from the database, which it releases unless a lease keeps it.</summary>
    private ReadResult Read(RocksDatabase database, ReadOnlySpan<byte> key, CacheShard shard, long version)
    {
        nint slice = 0;
        bool leased = false;
        try
        {
            slice = database.Get(key);
            if (slice == 0)
            {
                return ReadResult.NotFound;
            }

            ReadOnlySpan<byte> entry = RocksDatabase.ValueOf(slice);
            if (!EntryHeader.TryRead(entry, out EntryHeader header))
            {
                return ReadResult.Unavailable("an entry on disk has no valid header");
            }

            long nowMs = NowMs();
            if (header.IsExpired(nowMs))
            {
                return ReadResult.NotFound;
            }

            ReadOnlySpan<byte> value = entry[EntryHeader.Length..];
            if (value.Length > shard.EntryMaxBytes || !_cache.IsReadAgain(key))
            {
                leased = true;
                return ReadResult.Found(new PinnedLease(database, slice, header.SecondsLeft(nowMs)));
            }

            CachedValue cached = new(key.ToArray(), value.ToArray(), header);
            shard.AddIfUnchanged(cached, version);
            return ReadResult.Found(MemoryLease.On(cached.Value, header.SecondsLeft(nowMs)));
        }
        catch (RocksDbException error)
        {
            string reason = SafeReason.Of(error);
            Log.ReadFailed(_logger, reason);
            return ReadResult.Unavailable(reason);
        }
        finally
        {
            if (!leased)
            {
                if (slice != 0)
                {
                    RocksDatabase.Unpin(slice);
                }

                database.Release();
            }
        }
    }
}
