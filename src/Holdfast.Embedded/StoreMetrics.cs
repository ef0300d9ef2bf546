using System.Diagnostics.Metrics;
using Holdfast.Sessions.Counting;

namespace Holdfast.Embedded;

/// <summary>What the embedded store measures, under the meter <see cref="MeterName"/>.</summary>
internal sealed class StoreMetrics : IDisposable
{
    /// <summary>The name to subscribe to.</summary>
    public const string MeterName = "Holdfast.Embedded";

    private const int Hits = 0;
    private const int Misses = 1;
    private const string FailedOperation = "operation";

    private readonly Meter? _owned;
    private readonly StripedCounts _reads = new(2);
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _sync;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _reopened;
    private readonly Counter<long> _queueFull;

    /// <param name="meters">Whose the meter is: the host's. Null makes one that ends with the store.</param>
    /// <param name="queued">Writes that wait.</param>
    /// <param name="freeBytes">Free on the data's filesystem.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="cacheBytes">Memory that cached values take.</param>
    /// <param name="refusing">Whether values are refused.</param>
    /// <param name="property">One of RocksDB's properties.</param>
    public StoreMetrics(
        IMeterFactory? meters, Func<int> queued, Func<long> freeBytes, Func<long> sizeBytes, Func<long> cacheBytes, Func<bool> refusing,
        Func<string, long> property)
    {
        _owned = meters is null ? new Meter(MeterName) : null;
        Meter meter = _owned ?? meters!.Create(MeterName);
        InstrumentAdvice<double> disk = new()
        {
            HistogramBucketBoundaries = [.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1],
        };
        _commit = meter.CreateHistogram(
            "holdfast_embedded_commit_duration_seconds", "s", "Time to write a batch to the log and, when durable, to sync it", advice: disk);
        _sync = meter.CreateHistogram(
            "holdfast_embedded_sync_duration_seconds", "s", "Time to put the log on disk beside the writes, which durability relaxed does", advice: disk);
        _batch = meter.CreateHistogram(
            "holdfast_embedded_batch_size", "{write}", "Writes committed together",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        _ = meter.CreateObservableCounter("holdfast_embedded_cache_hits", () => _reads.Read(Hits), "{read}", "Reads answered from memory");
        _ = meter.CreateObservableCounter("holdfast_embedded_cache_misses", () => _reads.Read(Misses), "{read}", "Reads that asked the database");
        _failed = meter.CreateCounter<long>(
            "holdfast_embedded_log_failures", "{time}", "Times the log could not be written, or not be put on disk (operation: write, sync)");
        _reopened = meter.CreateCounter<long>("holdfast_embedded_reopened", "{time}", "Times the database was reopened after its log had failed");
        _queueFull = meter.CreateCounter<long>("holdfast_embedded_queue_full", "{write}", "Writes refused because too many waited");
        _ = meter.CreateObservableGauge("holdfast_embedded_queued_writes", queued, "{write}", "Writes waiting for the disk");
        _ = meter.CreateObservableGauge("holdfast_embedded_disk_free_bytes", freeBytes, "By", "Free on the data's filesystem");
        _ = meter.CreateObservableGauge(
            "holdfast_embedded_disk_size_bytes", sizeBytes, "By", "Size of the data's filesystem, without what is reserved for root");
        _ = meter.CreateObservableGauge("holdfast_embedded_cache_bytes", cacheBytes, "By", "Memory that cached values take");
        _ = meter.CreateObservableGauge(
            "holdfast_embedded_writes_refused", () => refusing() ? 1 : 0, null, "1 while new values are refused");
        _ = meter.CreateObservableGauge(
            "holdfast_embedded_live_data_bytes", () => property("rocksdb.estimate-live-data-size"), "By", "Estimated size of live data");
        _ = meter.CreateObservableGauge(
            "holdfast_embedded_keys_estimate", () => property("rocksdb.estimate-num-keys"), "{key}", "Estimated number of keys");
        _ = meter.CreateObservableGauge(
            "holdfast_embedded_compaction_pending_bytes", () => property("rocksdb.estimate-pending-compaction-bytes"), "By",
            "Bytes that compaction has yet to rewrite");
    }

    public void Committed(TimeSpan took, int writes)
    {
        _commit.Record(took.TotalSeconds);
        _batch.Record(writes);
    }

    /// <summary>The log is on disk, without a write that waited for it.</summary>
    public void Synced(TimeSpan took) => _sync.Record(took.TotalSeconds);

    /// <summary>On the way of every read: counted in cells of the processor's own (docs/decisions/0118-requests-are-tallied-by-processor.md).</summary>
    public void Hit() => _reads.Increment(Hits);

    public void Miss() => _reads.Increment(Misses);

    public void WriteFailed() => Failed("write", 1);

    public void SyncFailed() => Failed("sync", 1);

    public void Reopened() => _reopened.Add(1);

    public void QueueFull() => _queueFull.Add(1);

    /// <summary>Makes every counter visible before anything has happened.</summary>
    public void Begin()
    {
        Failed("write", 0);
        Failed("sync", 0);
        _reopened.Add(0);
        _queueFull.Add(0);
    }

    public void Dispose() => _owned?.Dispose();

    private void Failed(string operation, int times) =>
        _failed.Add(times, new KeyValuePair<string, object?>(FailedOperation, operation));
}
