using System.Buffers;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;

namespace Holdfast.Benchmarks.Insight;

/// <summary>
/// What it costs to count a request: a store that answers at once and keeps nothing, alone and with what counts around it. Lives in this
/// folder: what insight adds to a request, part by part.
/// </summary>
[MemoryDiagnoser]
public class WorkloadBenchmarks
{
    private const int Keys = 4_096;

    private static readonly AtOnce s_bare = new();
    private static readonly SessionTtl s_day = new(86_400);

    private readonly SessionKey[] _stored = [.. Enumerable.Range(0, Keys).Select(number => Key("stored", number))];
    private readonly SessionKey[] _absent = [.. Enumerable.Range(0, Keys).Select(number => Key("absent", number))];
    private readonly ReadOnlySequence<byte> _value = new(new byte[1_024]);
    private WorkloadSessionStore _counting = null!;
    private WorkloadSessionStore _limiting = null!;
    private WorkloadSessionStore _matching = null!;
    private int _next;

    [GlobalSetup]
    public async Task SetUp()
    {
        _counting = Around(new WorkloadOptions(), new QuotaOptions());
        _limiting = Around(new WorkloadOptions(), new QuotaOptions { Enforce = true, Default = new QuotaLimit(1_000_000_000, 0) });
        _matching = Around(new WorkloadOptions { Pattern = "^[^:]*:([^:]*):" }, new QuotaOptions());
        foreach (var store in (WorkloadSessionStore[])[_counting, _limiting, _matching])
        {
            foreach (var key in _stored)
            {
                _ = await store.SetAsync(key, _value, s_day, CancellationToken.None);
            }
        }
    }

    [Benchmark(Description = "GET, found: the store alone", Baseline = true)]
    public ValueTask<ReadResult> Found() => s_bare.GetAsync(Next(_stored), CancellationToken.None);

    [Benchmark(Description = "GET, found: counted")]
    public ValueTask<ReadResult> FoundCounted() => _counting.GetAsync(Next(_stored), CancellationToken.None);

    [Benchmark(Description = "GET, found: counted by a pattern")]
    public ValueTask<ReadResult> FoundMatched() => _matching.GetAsync(Next(_stored), CancellationToken.None);

    [Benchmark(Description = "GET, not found: counted")]
    public ValueTask<ReadResult> AbsentCounted() => Absent(_counting);

    [Benchmark(Description = "GET, not found: counted, with quotas enforced")]
    public ValueTask<ReadResult> AbsentLimited() => Absent(_limiting);

    [Benchmark(Description = "POST of 1 KiB: the store alone")]
    public ValueTask<WriteResult> Post() => s_bare.SetAsync(Next(_stored), _value, s_day, CancellationToken.None);

    [Benchmark(Description = "POST of 1 KiB: counted")]
    public ValueTask<WriteResult> PostCounted() => _counting.SetAsync(Next(_stored), _value, s_day, CancellationToken.None);

    [Benchmark(Description = "POST of 1 KiB: counted, with quotas enforced")]
    public ValueTask<WriteResult> PostLimited() => _limiting.SetAsync(Next(_stored), _value, s_day, CancellationToken.None);

    private static WorkloadSessionStore Around(WorkloadOptions options, QuotaOptions quota) =>
        new(s_bare, new WorkloadRecorder(options, quota), TimeProvider.System);

    private ValueTask<ReadResult> Absent(WorkloadSessionStore store) => store.GetAsync(Next(_absent), CancellationToken.None);

    private SessionKey Next(SessionKey[] keys) => keys[_next++ & (Keys - 1)];

    private static SessionKey Key(string name, int number) =>
        new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"enwiki:MWSession:{name}{number:D25}")));

    /// <summary>Answers at once, by the key's 18th byte: what is stored is found.</summary>
    private sealed class AtOnce : ISessionStore
    {
        private readonly ReadResult _found = ReadResult.Found(new Lease());

        public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken) =>
            new(key.Utf8.Span[17] == (byte)'s' ? _found : ReadResult.NotFound);

        public ValueTask<WriteResult> SetAsync(
            SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken) => new(WriteResult.Ok);

        public ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken) => new(WriteResult.Ok);

        public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => new(StoreReadiness.Ready);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class Lease : SessionLease
        {
            public override int Length => 1_024;

            public override int TtlSecondsLeft => 0;

            public override void CopyTo(IBufferWriter<byte> destination)
            {
            }

            protected override void Dispose(bool disposing)
            {
            }
        }
    }
}
