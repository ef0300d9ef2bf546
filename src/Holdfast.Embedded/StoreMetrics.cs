using System.Diagnostics.Metrics;

namespace Holdfast.Embedded;

/// <summary>What the embedded store measures, under the meter <see cref="MeterName"/>.</summary>
internal sealed class StoreMetrics : IDisposable
{
    /// <summary>The name to subscribe to.</summary>
    public const string MeterName = "Holdfast.Embedded";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _commit;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _reopened;
    private readonly Counter<long> _queueFull;

    public StoreMetrics(
        Func<int> queued, Func<long> freeBytes, Func<long> sizeBytes, Func<long> cacheBytes, Func<bool> refusing,
        Func<string, long> property)
    {
        _commit = _meter.CreateHistogram(
            "holdfast_embedded_commit_duration_seconds", "s", "Time to write a batch to the log and, when durable, to sync it",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1],
            });
        _batch = _meter.CreateHistogram(
            "holdfast_embedded_batch_size", "{write}", "Writes committed together",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        _hits = _meter.CreateCounter<long>("holdfast_embedded_cache_hits", "{read}", "Reads answered from memory");
        _misses = _meter.CreateCounter<long>("holdfast_embedded_cache_misses", "{read}", "Reads that asked the database");
        _reopened = _meter.CreateCounter<long>("holdfast_embedded_reopened", "{time}", "Times the database was reopened after a failed write");
        _queueFull = _meter.CreateCounter<long>("holdfast_embedded_queue_full", "{write}", "Writes refused because too many waited");
        _ = _meter.CreateObservableGauge("holdfast_embedded_queued_writes", queued, "{write}", "Writes waiting for the disk");
        _ = _meter.CreateObservableGauge("holdfast_embedded_disk_free_bytes", freeBytes, "By", "Free on the data's filesystem");
        _ = _meter.CreateObservableGauge(
            "holdfast_embedded_disk_size_bytes", sizeBytes, "By", "Size of the data's filesystem, without what is reserved for root");
        _ = _meter.CreateObservableGauge("holdfast_embedded_cache_bytes", cacheBytes, "By", "Memory that cached values take");
        _ = _meter.CreateObservableGauge(
            "holdfast_embedded_writes_refused", () => refusing() ? 1 : 0, null, "1 while new values are refused");
        _ = _meter.CreateObservableGauge(
            "holdfast_embedded_live_data_bytes", () => property("rocksdb.estimate-live-data-size"), "By", "Estimated size of live data");
        _ = _meter.CreateObservableGauge(
            "holdfast_embedded_keys_estimate", () => property("rocksdb.estimate-num-keys"), "{key}", "Estimated number of keys");
        _ = _meter.CreateObservableGauge(
            "holdfast_embedded_compaction_pending_bytes", () => property("rocksdb.estimate-pending-compaction-bytes"), "By",
            "Bytes that compaction has yet to rewrite");
    }

    public void Committed(TimeSpan took, int writes)
    {
        _commit.Record(took.TotalSeconds);
        _batch.Record(writes);
    }

    public void Hit() => _hits.Add(1);

    public void Miss() => _misses.Add(1);

    public void Reopened() => _reopened.Add(1);

    public void QueueFull() => _queueFull.Add(1);

    /// <summary>Makes every counter visible before anything has happened.</summary>
    public void Begin()
    {
        _hits.Add(0);
        _misses.Add(0);
        _reopened.Add(0);
        _queueFull.Add(0);
    }

    public void Dispose() => _meter.Dispose();
}
