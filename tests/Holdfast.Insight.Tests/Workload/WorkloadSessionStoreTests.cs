using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

public sealed class WorkloadSessionStoreTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _inner = new();
    private readonly MeasuredMeters _meters = new();
    private readonly WorkloadSessionStore _store;

    public WorkloadSessionStoreTests()
    {
        WorkloadRecorder recorder = new(new WorkloadOptions(), new QuotaOptions
        {
            Namespaces = new Dictionary<string, QuotaLimit> { ["wiki:MWSession"] = new(1_000, 1_000_000) },
        });
        WorkloadMeter.Register(_meters, recorder);
        _store = new WorkloadSessionStore(_inner, recorder, _time);
    }

    [Fact]
    public async Task Each_request_is_of_one_kind()
    {
        await GetAsync("wiki:MWSession:a");
        await SetAsync("wiki:MWSession:a", [1, 2, 3]);
        await SetAsync("wiki:MWSession:a", [1, 2, 3]);
        await SetAsync("wiki:MWSession:a", [4]);
        await GetAsync("wiki:MWSession:a");
        await DeleteAsync("wiki:MWSession:a");
        await SetAsync("wiki:MWSession:a", [4]);

        Assert.Equal(
            "hit 1, miss 1, write 2, overwrite 1, same_value 1, delete 1, read 1, written 8",
            Counted("wiki:MWSession"));
        Assert.Equal("hit 0, miss 0, write 0, overwrite 0, same_value 0, delete 0, read 0, written 0", Counted("none"));
    }

    [Fact]
    public async Task A_value_in_other_segments_is_the_same_value()
    {
        byte[] value = [.. Enumerable.Range(0, 10_000).Select(i => (byte)i)];
        await SetAsync("wiki:MWSession:a", value);
        foreach (int cut in (int[])[1, 4_096, 9_999])
        {
            await _store.SetAsync(Key("wiki:MWSession:a"), InTwo(value, cut), new SessionTtl(60), CancellationToken.None);
        }

        Assert.StartsWith("hit 0, miss 0, write 1, overwrite 0, same_value 3,", Counted("wiki:MWSession"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_is_no_request_of_any_kind_and_makes_the_next_write_unknown()
    {
        await SetAsync("wiki:MWSession:a", [1]);
        _inner.OnSet = _ => new(WriteResult.Unavailable("away"));
        await SetAsync("wiki:MWSession:a", [1]);
        _inner.OnSet = _ => throw new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(() => SetAsync("wiki:MWSession:a", [1]));
        _inner.OnGet = _ => new(ReadResult.Unavailable("away"));
        await GetAsync("wiki:MWSession:a");
        _inner.OnDelete = _ => new(WriteResult.Unavailable("away"));
        await DeleteAsync("wiki:MWSession:a");
        _inner.OnSet = null;
        await SetAsync("wiki:MWSession:a", [1]);

        Assert.Equal("hit 0, miss 0, write 2, overwrite 0, same_value 0, delete 0, read 0, written 2", Counted("wiki:MWSession"));
    }

    [Fact]
    public async Task Entries_of_the_services_own_are_not_counted()
    {
        SessionKey reserved = new ReservedKeys("one").Canary("embedded:1:2");
        await _store.SetAsync(reserved, new([1]), new SessionTtl(60), CancellationToken.None);
        (await _store.GetAsync(reserved, CancellationToken.None)).Lease!.Dispose();
        await _store.DeleteAsync(reserved, CancellationToken.None);

        Assert.DoesNotContain(_meters.Read(), series => series.Value != 0);
    }

    [Fact]
    public async Task Sizes_and_lives_are_told_between_powers_of_two()
    {
        await SetAsync("wiki:MWSession:a", new byte[1_023], life: 3_600);
        await SetAsync("wiki:MWSession:b", new byte[1_024], life: 86_400);
        await SetAsync("wiki:MWSession:c", new byte[1_025], life: 0);

        NamespaceReport space = _store.Report().Namespaces.First(report => report.Namespace == "wiki:MWSession");
        Assert.Equal([new(1_024, 1), new(2_048, 2)], space.ValueBytes);
        Assert.Equal([new(4_096, 1), new(131_072, 1), new(null, 1)], space.TtlSeconds);
        Assert.Equal("256: 0, 1024: 1, 4096: 3, 16384: 3, 65536: 3, 262144: 3, 1048576: 3, +Inf: 3", Buckets("values"));
        Assert.Equal("64: 0, 1024: 0, 4096: 1, 16384: 1, 131072: 2, 1048576: 2, 4194304: 2, +Inf: 3", Buckets("ttls"));
    }

    [Fact]
    public async Task Keys_that_are_rewritten_and_large_ones_are_told_and_no_key_is()
    {
        for (int i = 0; i < 50; i++)
        {
            await SetAsync("wiki:MWSession:secret-busy", new byte[10]);
            await SetAsync($"secret-namespace:secret-{i}", new byte[i], at: 0.1);
            await SetAsync($"grüße-{i}:secret", new byte[i], at: 0.1);
        }

        WorkloadReport report = _store.Report();
        RewrittenReport busy = Assert.Single(report.Rewritten);
        Assert.Equal(("wiki:MWSession", 1.0, 10L), (busy.Namespace, busy.SameValueShare, busy.Bytes));
        Assert.InRange(busy.AtLeastPerSecond, 4.5, 5.5); // 49 in ten seconds
        Assert.Equal(20, report.Largest.Count);
        Assert.Equal(49, report.Largest[0].Bytes);
        Assert.All(report.Largest, large => Assert.Matches("^[0-9a-f]{16}$", large.Key));

        string all = JsonSerializer.Serialize(report) + string.Join('\n', _meters.Read().Keys);
        Assert.Contains("secret-namespace", all, StringComparison.Ordinal); // eight keys make a namespace
        Assert.DoesNotContain("secret-busy", all, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-1", all, StringComparison.Ordinal);
        Assert.DoesNotContain("gr", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_keys_come_the_series_are_bounded()
    {
        for (int space = 0; space < 300; space++)
        {
            for (int key = 0; key < 10; key++)
            {
                await SetAsync($"space-{space}:{key}", [1]);
            }
        }

        Assert.Equal((64 + 2) * (6 + 2 + 8 + 8) + 3, _meters.Read().Count);
    }

    [Fact]
    public async Task A_read_that_is_answered_at_once_costs_no_allocation()
    {
        await SetAsync("wiki:MWSession:a", new byte[100]);
        SessionKey present = Key("wiki:MWSession:a");
        SessionKey absent = Key("wiki:MWSession:b");
        ReadResult found = ReadResult.Found(ScriptedStore.LeaseOf(new byte[100]));
        _inner.OnGet = key => key == present ? new(found) : new(ReadResult.NotFound);

        Assert.Equal(0, Allocations.Of(Reads));

        void Reads()
        {
            for (int i = 0; i < 1_000; i++)
            {
                Assert.True(IsAtOnce(_store.GetAsync(present, CancellationToken.None)));
                Assert.True(IsAtOnce(_store.GetAsync(absent, CancellationToken.None)));
            }
        }
    }

    public void Dispose() => _meters.Dispose();

    private static bool IsAtOnce(ValueTask<ReadResult> read) => read.IsCompletedSuccessfully;

    private static ReadOnlySequence<byte> InTwo(byte[] value, int cut)
    {
        Segment first = new(value.AsMemory(0, cut), 0);
        return new(first, 0, first.Append(value.AsMemory(cut)), value.Length - cut);
    }

    private static SessionKey Key(string name) => new(Encoding.UTF8.GetBytes(name));

    private string Counted(string space)
    {
        IReadOnlyDictionary<string, double> series = _meters.Read();
        return string.Join(", ", ((string[])["hit", "miss", "write", "overwrite", "same_value", "delete"])
            .Select(kind => $"{kind} {series[$"holdfast_namespace_requests{{namespace={space},kind={kind}}}"]}")
            .Concat(((string[])["read", "written"])
                .Select(direction => $"{direction} {series[$"holdfast_namespace_bytes{{namespace={space},direction={direction}}}"]}")));
    }

    private string Buckets(string what) => string.Join(", ", _meters.Read()
        .Where(series => series.Key.StartsWith($"holdfast_namespace_{what}{{namespace=wiki:MWSession,le=", StringComparison.Ordinal))
        .Select(series => (Bound: series.Key[(series.Key.LastIndexOf('=') + 1)..^1], series.Value))
        .OrderBy(bucket => bucket.Bound == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Bound, CultureInfo.InvariantCulture))
        .Select(bucket => $"{bucket.Bound}: {bucket.Value}"));

    private async Task SetAsync(string key, byte[] value, int life = 3_600, double at = 0)
    {
        _time.Advance(TimeSpan.FromSeconds(at));
        await _store.SetAsync(Key(key), new(value), new SessionTtl(life), CancellationToken.None);
    }

    private async Task GetAsync(string key) => (await _store.GetAsync(Key(key), CancellationToken.None)).Lease?.Dispose();

    private async Task DeleteAsync(string key) => await _store.DeleteAsync(Key(key), CancellationToken.None);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
