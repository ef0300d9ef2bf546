using static Holdfast.Embedded.Native.RocksDb;

namespace Holdfast.Embedded.Native;

/// <summary>How RocksDB is set up, with the reason beside each choice. Owns the native options while a database is open.</summary>
internal sealed class RocksOptions : IDisposable
{
    // kTolerateCorruptedTailRecords: a torn last record is a write that was never acknowledged; anything else is refused.
    private const int TolerateTornTailOnly = 0;
    private const int Lz4 = 4;
    private const int WarnLevel = 2;
    private const int BloomBitsPerKey = 10; // 1 % false positives; 85 % of a production store's reads miss

    // Memtables hold recent writes in memory twice at most; small enough for a replay of the log within a second.
    private const int MemtableBytes = 32 * 1024 * 1024;

    private readonly nint _table;
    private readonly nint _cache;
    private bool _disposed;

    public RocksOptions(ExpiryFilter expiry, bool create)
    {
        Handle = rocksdb_options_create();
        rocksdb_options_set_create_if_missing(Handle, create ? (byte)1 : (byte)0);
        rocksdb_options_set_error_if_exists(Handle, create ? (byte)1 : (byte)0);
        rocksdb_options_set_paranoid_checks(Handle, 1);
        rocksdb_options_set_wal_recovery_mode(Handle, TolerateTornTailOnly);
        rocksdb_options_set_track_and_verify_wals(Handle, 1);
        rocksdb_options_set_track_and_verify_wals_in_manifest(Handle, 1);
        rocksdb_options_set_write_buffer_size(Handle, MemtableBytes);
        rocksdb_options_set_max_write_buffer_number(Handle, 3);
        rocksdb_options_set_memtable_whole_key_filtering(Handle, 1);
        rocksdb_options_set_memtable_prefix_bloom_size_ratio(Handle, 0.05);
        rocksdb_options_set_max_total_wal_size(Handle, 2 * MemtableBytes);
        rocksdb_options_set_compression(Handle, Lz4);
        rocksdb_options_set_max_open_files(Handle, 1024);
        rocksdb_options_set_max_background_jobs(Handle, 2);
        rocksdb_options_set_bytes_per_sync(Handle, 1024 * 1024); // no burst of write-back in front of an fsync of the log
        rocksdb_options_set_keep_log_file_num(Handle, 4);
        rocksdb_options_set_max_log_file_size(Handle, 4 * 1024 * 1024);
        rocksdb_options_set_info_log_level(Handle, WarnLevel);
        rocksdb_options_set_stats_dump_period_sec(Handle, 0);

        // Without new writes nothing would be compacted and the expired would stay: every file is looked at twice a day.
        rocksdb_options_set_periodic_compaction_seconds(Handle, 12 * 60 * 60);
        rocksdb_options_set_compaction_filter(Handle, expiry.Handle);

        _cache = rocksdb_cache_create_lru(32 * 1024 * 1024);
        _table = rocksdb_block_based_options_create();
        rocksdb_block_based_options_set_filter_policy(_table, rocksdb_filterpolicy_create_bloom_full(BloomBitsPerKey));
        rocksdb_block_based_options_set_block_cache(_table, _cache);
        rocksdb_block_based_options_set_block_size(_table, 4 * 1024);
        rocksdb_options_set_block_based_table_factory(Handle, _table);
    }

    public nint Handle { get; }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            rocksdb_options_destroy(Handle);
            rocksdb_block_based_options_destroy(_table);
            rocksdb_cache_destroy(_cache);
        }
    }
}
