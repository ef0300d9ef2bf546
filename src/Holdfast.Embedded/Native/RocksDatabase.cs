using static Holdfast.Embedded.Native.RocksDb;

namespace Holdfast.Embedded.Native;

/// <summary>
/// One open RocksDB database. Readers hold a reference while they are inside; the last one out after
/// <see cref="Release"/> by the owner closes it, so that it can be replaced under running reads.
/// </summary>
internal sealed unsafe class RocksDatabase
{
    private readonly RocksOptions _options;
    private readonly ExpiryFilter _expiry;
    private readonly nint _database;
    private readonly nint _readOptions;
    private readonly nint _syncWrite;
    private readonly nint _plainWrite;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _references = 1;

    private RocksDatabase(nint database, RocksOptions options, ExpiryFilter expiry)
    {
        _database = database;
        _options = options;
        _expiry = expiry;
        _readOptions = rocksdb_readoptions_create();
        _plainWrite = rocksdb_writeoptions_create();
        _syncWrite = rocksdb_writeoptions_create();
        rocksdb_writeoptions_set_sync(_syncWrite, 1);
    }

    /// <summary>Opens or creates; throws <see cref="RocksDbException"/>.</summary>
    public static RocksDatabase Open(string path, TimeProvider time, bool create) =>
        Open(time, create, options => (rocksdb_open(options, path, out nint error), error));

    /// <summary>Opens for reads alone: writes fail, nothing on disk changes.</summary>
    public static RocksDatabase OpenReadOnly(string path, TimeProvider time) =>
        Open(time, create: false, options => (rocksdb_open_for_read_only(options, path, 0, out nint error), error));

    /// <summary>False when the database is closing; true obliges the caller to <see cref="Release"/>.</summary>
    public bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int found = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (found == references)
            {
                return true;
            }

            references = found;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Close();
        }
    }

    /// <summary>Gives up the owner's reference; completes when the last reader has left and the files are closed.</summary>
    public Task ReleaseAndCloseAsync()
    {
        Release();
        return _closed.Task;
    }

    /// <summary>The entry under a key as pinned native memory; 0 when there is none.</summary>
    public nint Get(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
        {
            nint slice = rocksdb_get_pinned(_database, _readOptions, pointer, (nuint)key.Length, out nint error);
            ThrowOnError(error);
            return slice;
        }
    }

    public static ReadOnlySpan<byte> ValueOf(nint slice)
    {
        byte* value = rocksdb_pinnableslice_value(slice, out nuint length);
        return new ReadOnlySpan<byte>(value, checked((int)length));
    }

    public static void Unpin(nint slice) => rocksdb_pinnableslice_destroy(slice);

    public void Write(WriteBatch batch, bool sync)
    {
        rocksdb_write(_database, sync ? _syncWrite : _plainWrite, batch.Handle, out nint error);
        ThrowOnError(error);
    }

    /// <summary>Puts the log on disk.</summary>
    public void SyncLog()
    {
        rocksdb_flush_wal(_database, 1, out nint error);
        ThrowOnError(error);
    }

    /// <summary>Rewrites everything, so that expired entries are gone; for tests and tools.</summary>
    public void CompactAll()
    {
        nint options = rocksdb_flushoptions_create();
        rocksdb_flush(_database, options, out nint error);
        rocksdb_flushoptions_destroy(options);
        ThrowOnError(error);
        rocksdb_compact_range(_database, null, 0, null, 0);
    }

    /// <summary>A consistent copy at <paramref name="path"/>, which must not exist; hard links where it can.</summary>
    public void Checkpoint(string path)
    {
        nint checkpoint = rocksdb_checkpoint_object_create(_database, out nint error);
        ThrowOnError(error);
        rocksdb_checkpoint_create(checkpoint, path, 0, out error);
        rocksdb_checkpoint_object_destroy(checkpoint);
        ThrowOnError(error);
    }

    /// <summary>One of RocksDB's integer properties; 0 where it has none of that name.</summary>
    public long Property(string name) =>
        rocksdb_property_int(_database, name, out ulong value) == 0 ? (long)value : 0;

    private static RocksDatabase Open(TimeProvider time, bool create, Func<nint, (nint Database, nint Error)> open)
    {
        ExpiryFilter expiry = new(time);
        RocksOptions options = new(expiry, create);
        (nint database, nint error) = open(options.Handle);
        if (error != 0)
        {
            options.Dispose();
            expiry.Dispose();
            ThrowOnError(error);
        }

        return new RocksDatabase(database, options, expiry);
    }

    private void Close()
    {
        rocksdb_cancel_all_background_work(_database, 1);
        rocksdb_close(_database);
        rocksdb_readoptions_destroy(_readOptions);
        rocksdb_writeoptions_destroy(_plainWrite);
        rocksdb_writeoptions_destroy(_syncWrite);
        _options.Dispose();
        _expiry.Dispose();
        _closed.SetResult();
    }
}
