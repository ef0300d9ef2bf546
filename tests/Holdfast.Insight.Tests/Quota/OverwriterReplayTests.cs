using System.Globalization;
using System.Text;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Insight.Tests.Quota;

/// <summary>
/// 2025-03-31 in small and in virtual time: among people's sessions, a client writes the same values of one namespace again and again.
/// </summary>
public sealed class OverwriterReplayTests(ITestOutputHelper output) : IDisposable
{
    private const string Space = "wiki:MWSession";
    private const int Seed = 20250331;

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _inner = new();
    private readonly MeasuredMeters _meters = new();
    private readonly Random _random = new(Seed);
    private readonly HashSet<string> _there = [];
    private int _born;
    private int _readByPeople;
    private int _refusedToPeople;
    private int _refusedToOverwriters;
    private int _acceptedOfOverwriters;

    [Fact]
    public async Task Counting_alone_it_is_plain_who_writes_and_nobody_is_refused()
    {
        WorkloadSessionStore store = Open(enforce: false);
        await PlayAsync(store, TimeSpan.FromMinutes(5));

        Assert.Equal((0, 0), (_refusedToPeople, _refusedToOverwriters));
        Assert.InRange(Series($"holdfast_quota_exceeded{{namespace={Space},limit=writes}}"), 250, 300); // QuotaExceeded fires above 30 in five minutes
        NamespaceReport report = store.Report().Namespaces.First(space => space.Namespace == Space);
        Assert.InRange((double)report.SameValue / (report.Writes + report.Overwrites + report.SameValue), 0.85, 0.99);
        Assert.Equal(5, store.Report().Rewritten.Count(key => key is { AtLeastPerSecond: > 15, SameValueShare: > 0.99, Namespace: Space }));
    }

    [Fact]
    public async Task Enforced_only_the_overwriters_are_refused_and_what_is_written_falls_to_about_the_limit()
    {
        WorkloadSessionStore store = Open(enforce: true);
        await PlayAsync(store, TimeSpan.FromMinutes(5));

        output.WriteLine($"of the client's {_refusedToOverwriters + _acceptedOfOverwriters} writes {_refusedToOverwriters} were refused, of people's requests {_refusedToPeople}");
        Assert.Equal(0, _refusedToPeople);
        Assert.Equal(_refusedToOverwriters, Series($"holdfast_quota_rejected{{namespace={Space}}}"));
        Assert.InRange(_refusedToOverwriters, 15_000, 30_000); // of 30,000
        Assert.InRange(_acceptedOfOverwriters, 100, 15_000);
        Assert.InRange(Series($"holdfast_quota_exceeded{{namespace={Space},limit=writes}}"), 250, 300); // it goes on, and is told
        Assert.Equal(0, Series("holdfast_quota_exceeded{namespace=dewiki:MWSession,limit=writes}"));
        Assert.Equal(5, store.Report().Rewritten.Count(key => key is { AtLeastPerSecond: > 15, SameValueShare: > 0.99 })); // refused ones, too
    }

    /// <summary>The same stream, whose values have a few kilobytes: limited by its bytes.</summary>
    [Fact]
    public async Task A_limit_in_bytes_is_counted_told_and_enforced_as_one_in_writes()
    {
        WorkloadSessionStore store = Open(enforce: true, limit: 0, bytes: 50_000);
        await PlayAsync(store, TimeSpan.FromMinutes(5));

        Assert.Equal(0, _refusedToPeople);
        Assert.Equal(_refusedToOverwriters, Series($"holdfast_quota_rejected{{namespace={Space}}}"));
        Assert.InRange(_refusedToOverwriters, 10_000, 30_000);
        Assert.InRange(Series($"holdfast_quota_exceeded{{namespace={Space},limit=bytes}}"), 250, 300);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_it_is_played_no_first_write_read_or_delete_is_ever_refused(int seed)
    {
        Random random = new(seed);
        WorkloadSessionStore store = Open(enforce: true, limit: 5);
        Dictionary<string, DateTimeOffset> ends = [];
        for (int i = 0; i < 60_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(10)));
            string key = $"{Space}:{(int)Math.Pow(200, random.NextDouble())}"; // a few are hot, also as first writes
            switch (random.Next(20))
            {
                case 0:
                    Assert.Equal(StoreStatus.Ok, (await store.DeleteAsync(Key(key), CancellationToken.None)).Status);
                    ends.Remove(key);
                    break;
                case 1:
                    // Deleted through another instance; nobody reads it here.
                    await _inner.DeleteAsync(Key(key), CancellationToken.None);
                    ends.Remove(key);
                    break;
                default:
                    int life = random.Next(1, 30);
                    WriteResult written = await store.SetAsync(Key(key), new([(byte)random.Next(2)]), new SessionTtl(life), CancellationToken.None);
                    bool isFirst = !ends.TryGetValue(key, out DateTimeOffset end) || end <= _time.GetUtcNow();
                    Assert.True(written.Status == StoreStatus.Ok || !isFirst, $"seed {seed}, step {i}: a first write was refused");
                    if (written.Status == StoreStatus.Ok)
                    {
                        ends[key] = _time.GetUtcNow() + TimeSpan.FromSeconds(life);
                    }

                    break;
            }
        }

        Assert.InRange(Series($"holdfast_quota_rejected{{namespace={Space}}}"), 100, 60_000);
    }

    [Fact]
    public async Task A_busy_key_that_another_instance_deleted_is_written_and_begins_anew()
    {
        WorkloadSessionStore store = Open(enforce: true);
        await PlayAsync(store, TimeSpan.FromMinutes(1));
        string busy = $"{Space}:client-0";
        Assert.Equal(StoreStatus.OverQuota, await WriteUntilRefusedAsync(store, busy));

        await _inner.DeleteAsync(Key(busy), CancellationToken.None);

        Assert.Equal(StoreStatus.Ok, await WriteAsync(store, busy));
        Assert.Equal(StoreStatus.Ok, await WriteAsync(store, busy)); // it is not yet rewritten often
    }

    [Fact]
    public async Task When_the_storage_cannot_say_whether_a_key_is_there_it_is_written()
    {
        WorkloadSessionStore store = Open(enforce: true);
        await PlayAsync(store, TimeSpan.FromMinutes(1));
        string busy = $"{Space}:client-0";
        Assert.Equal(StoreStatus.OverQuota, await WriteUntilRefusedAsync(store, busy));
        double refused = Series($"holdfast_quota_rejected{{namespace={Space}}}");

        _inner.OnGet = _ => new(ReadResult.Unavailable("away"));

        Assert.Equal(StoreStatus.Ok, await WriteAsync(store, busy));
        Assert.Equal(refused, Series($"holdfast_quota_rejected{{namespace={Space}}}"));
    }

    [Fact]
    public async Task The_storage_is_asked_before_a_refusal_and_at_no_other_time()
    {
        WorkloadSessionStore store = Open(enforce: true);
        await PlayAsync(store, TimeSpan.FromMinutes(1));

        Assert.True(_refusedToOverwriters > 0);
        Assert.Equal(_refusedToOverwriters, _inner.Reads - _readByPeople);
    }

    public void Dispose() => _meters.Dispose();

    private static SessionKey Key(string name) => new(Encoding.UTF8.GetBytes(name));

    private WorkloadSessionStore Open(bool enforce, int limit = 50, int bytes = 0)
    {
        WorkloadRecorder recorder = new(new WorkloadOptions(), new QuotaOptions
        {
            Enforce = enforce,
            Namespaces = new Dictionary<string, QuotaLimit> { [Space] = new(limit, bytes), ["dewiki:MWSession"] = new(limit, bytes) },
        });
        WorkloadMeter.Register(_meters, recorder);
        return new WorkloadSessionStore(_inner, recorder, _time);
    }

    private static async Task<StoreStatus> WriteAsync(WorkloadSessionStore store, string key) =>
        (await store.SetAsync(Key(key), new(new byte[2_000]), new SessionTtl(3_600), CancellationToken.None)).Status;

    /// <summary>Within one second, so that its quota is used up.</summary>
    private static async Task<StoreStatus> WriteUntilRefusedAsync(WorkloadSessionStore store, string key)
    {
        StoreStatus status = StoreStatus.Ok;
        for (int i = 0; i < 100 && status == StoreStatus.Ok; i++)
        {
            status = await WriteAsync(store, key);
        }

        return status;
    }

    /// <summary>Each 10 ms one write of the client's, to one of its five keys; each 100 ms what a person does.</summary>
    private async Task PlayAsync(WorkloadSessionStore store, TimeSpan length)
    {
        byte[] value = new byte[2_000];
        for (int tick = 0; tick < length.TotalMilliseconds / 10; tick++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            string busy = string.Create(CultureInfo.InvariantCulture, $"{Space}:client-{tick % 5}");
            if ((await store.SetAsync(Key(busy), new(value), new SessionTtl(3_600), CancellationToken.None)).Status == StoreStatus.OverQuota)
            {
                _refusedToOverwriters++;
            }
            else
            {
                _acceptedOfOverwriters++;
            }

            if (tick % 10 == 0)
            {
                await PersonAsync(store, _random.Next(4) == 0 ? "dewiki:MWSession" : Space);
            }
        }
    }

    /// <summary>Logs in, looks, edits, or logs out.</summary>
    private async Task PersonAsync(WorkloadSessionStore store, string space)
    {
        int action = _random.Next(10);
        string key = action == 0 || _there.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{space}:person-{_born++}")
            : _there.ElementAt(_random.Next(_there.Count));
        if (action < 4)
        {
            byte[] value = new byte[500];
            _random.NextBytes(value);
            _refusedToPeople += (await store.SetAsync(Key(key), new(value), new SessionTtl(3_600), CancellationToken.None)).Status == StoreStatus.Ok ? 0 : 1;
            _there.Add(key);
        }
        else if (action < 9)
        {
            _readByPeople++;
            ReadResult read = await store.GetAsync(Key(key), CancellationToken.None);
            _refusedToPeople += read.Status == StoreStatus.Ok == _there.Contains(key) ? 0 : 1;
        }
        else
        {
            _refusedToPeople += (await store.DeleteAsync(Key(key), CancellationToken.None)).Status == StoreStatus.Ok ? 0 : 1;
            _there.Remove(key);
        }
    }

    private double Series(string name) => _meters.Read()[name];
}
