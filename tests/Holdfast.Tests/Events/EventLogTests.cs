using System.Text;
using Holdfast.Events;
using Holdfast.Tests.Commands;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Tests.Events;

public sealed class EventLogTests : IDisposable
{
    private const long Bound = SegmentRules.TotalBytesMin;
    private static readonly DateTimeOffset s_now = new(2023, 1, 24, 20, 50, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(s_now);
    private readonly Lines _lines = new();

    private string Path => _folder.Combine("events");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_told_is_read_back_in_order_with_its_moment_and_its_instance()
    {
        await RunAsync(log =>
        {
            log.Add(new ReadinessChanged("ready"));
            _time.Advance(TimeSpan.FromSeconds(1.25));
            log.Add(new CoordinatorMoved("10.0.0.1:9042", "Up", "Ejected", "ProbeContradicted", Evidence: new("LocalQuorum", 2, 1, "10.0.0.2:9042", 3, 0.5)));
        });

        var read = EventReader.ReadFolder(Path);
        Assert.Equal(0, read.Damaged);
        Assert.All(read.Events, told => Assert.Equal("one:8081", told.Instance));
        Assert.Collection(read.Events.Select(told => told.Event),
            first => Assert.Equal(Begun with { At = s_now }, first),
            second => Assert.Equal(new ReadinessChanged("ready") { At = s_now }, second),
            third => Assert.Equal(
                new CoordinatorMoved("10.0.0.1:9042", "Up", "Ejected", "ProbeContradicted", Evidence: new("LocalQuorum", 2, 1, "10.0.0.2:9042", 3, 0.5)) { At = s_now.AddSeconds(1.25) },
                third),
            last => Assert.IsType<Stopped>(last));
    }

    [Fact]
    public async Task A_start_after_a_clean_stop_says_nothing_and_one_after_any_other_end_says_when_the_last_sign_was()
    {
        await RunAsync(_ => { });
        await RunAsync(_ => { });
        Assert.False(Starts()[^1].Unclean);

        _time.Advance(TimeSpan.FromMinutes(1));
        using (var killed = EventFolder.Open(Path, Bound))
        {
            Assert.True(killed.TryAppend(EventLine.Write(new ReadinessChanged("ready") { At = _time.GetUtcNow() }), [], out _));
        }

        await RunAsync(_ => { });

        Assert.True(Starts()[^1].Unclean);
        Assert.Equal(s_now.AddMinutes(1), Starts()[^1].LastSign);
    }

    [Fact]
    public async Task A_torn_last_line_costs_itself_alone()
    {
        await RunAsync(log => log.Add(new ReadinessChanged("ready")));
        File.AppendAllText(Newest(), "{\"kind\":\"readiness\",\"state\":\"dra");
        await RunAsync(log => log.Add(new ReadinessChanged("draining")));

        var read = EventReader.ReadFolder(Path);
        Assert.Equal(1, read.Damaged);
        Assert.Equal(["ready", "draining"], read.Events.Select(told => told.Event).OfType<ReadinessChanged>().Select(changed => changed.State));
    }

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("{\"kind\":\"minute\",\"good\":\"many\",\"at\":\"2023-01-24T20:50:00Z\"}")]
    [InlineData("{\"kind\":\"start\"}")]
    [InlineData("{\"at\":\"2023-01-24T20:50:00Z\",\"kind\":\"stop\",\"kind\":\"start\"}")]
    [InlineData("\u0000\u0001\u00ff")]
    public async Task A_damaged_line_costs_itself_alone(string damage)
    {
        await RunAsync(log => log.Add(new ReadinessChanged("ready")));
        File.AppendAllText(Newest(), damage + "\n");
        await RunAsync(_ => { });

        var read = EventReader.ReadFolder(Path);
        Assert.Equal(1, read.Damaged);
        Assert.Equal(5, read.Events.Count); // two starts, two stops, one readiness
    }

    [Fact]
    public void A_kind_of_a_later_version_is_read_as_something_that_happened() =>
        Assert.Equal(typeof(ServiceEvent), EventLine.Read("{\"kind\":\"eclipse\",\"moon\":1,\"at\":\"2023-01-24T20:50:00Z\"}"u8)?.GetType());

    [Fact]
    public void All_files_together_never_hold_more_than_the_bound_and_the_newest_events_are_there()
    {
        var line = EventLine.Write(new Noted("Warning", new string('x', 400)) { At = s_now });
        var heading = EventLine.Write(new Continued("one:8081", "1.0") { At = s_now });
        using var folder = EventFolder.Open(Path, Bound);
        for (var i = 0; i < 6000; i++)
        {
            Assert.True(folder.TryAppend(line, heading, out _));
            if (i % 100 == 0)
            {
                Assert.True(Directory.GetFiles(Path).Sum(file => new FileInfo(file).Length) <= Bound);
            }
        }

        Assert.True(folder.TryAppend(EventLine.Write(new Stopped { At = s_now }), heading, out _));
        var read = EventReader.ReadFolder(Path);
        Assert.All(read.Events, told => Assert.Equal("one:8081", told.Instance)); // the first file is gone: its heading says whose log it is
        Assert.IsType<Stopped>(read.Events[^1].Event);
        Assert.InRange(read.Events.Count, (int)(Bound * 0.9 / line.Length), 6000);
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts_and_the_log_says_how_many()
    {
        EventLog log = new(Path, Bound, _time);
        for (var i = 0; i < EventLog.Capacity + 25; i++)
        {
            log.Add(new ReadinessChanged("ready"));
        }

        Assert.Equal(25, log.Dropped);
        log.Start(Begun, _lines);
        await EventuallyAsync(() => log.Dropped == 25 && Read().OfType<ReadinessChanged>().Count() == EventLog.Capacity);
        await log.DisposeAsync();

        Assert.Equal(25, Assert.Single(Read().OfType<EventsLost>()).Count);
    }

    [Fact]
    public async Task A_folder_that_another_process_writes_in_is_left_alone_and_told_once()
    {
        using (EventFolder.Open(Path, Bound))
        {
            await RunAsync(log => log.Add(new ReadinessChanged("ready")));
        }

        Assert.Single(_lines.Ids, id => id == 1120);
        Assert.Empty(Read());
    }

    [Fact]
    public async Task A_folder_that_can_be_used_later_gets_what_was_kept_meanwhile()
    {
        var other = EventFolder.Open(Path, Bound);
        EventLog log = new(Path, Bound, _time);
        log.Start(Begun, _lines);
        log.Add(new ReadinessChanged("ready"));
        await EventuallyAsync(() => _lines.Ids.Contains(1120));
        other.Dispose();
        await EventuallyAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return Read().OfType<ReadinessChanged>().Any();
        });
        await log.DisposeAsync();

        Assert.Equal([1120, 1121], _lines.Ids);
        Assert.IsType<Started>(Read()[0]);
        Assert.Equal(0, log.Dropped);
    }

    [Fact]
    public async Task Without_a_folder_nothing_is_kept()
    {
        EventLog log = new("", Bound, _time);
        log.Start(Begun, _lines);
        log.Add(new Stopped());
        await log.DisposeAsync();

        Assert.False(log.IsOn);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Text_from_outside_is_cut_between_characters_and_stays_on_one_line()
    {
        Assert.Equal("ab…", BoundedText.Of("ab\U0001F511cd", 3));
        Assert.Equal("a b", BoundedText.Of("a\nb", 10));
        Assert.Null(BoundedText.Of("", 10));
        var line = EventLine.Write(new Noted("Warning", "a\nb\u2028\"") { At = s_now });
        Assert.Equal(1, Encoding.UTF8.GetString(line).Count(letter => letter == '\n'));
    }

    private static Started Begun => new("one:8081", "1.0", "abc", "embedded");

    private List<Started> Starts() => [.. Read().OfType<Started>()];

    private List<ServiceEvent> Read() => Directory.Exists(Path) ? [.. EventReader.ReadFolder(Path).Events.Select(told => told.Event)] : [];

    private string Newest() => Directory.GetFiles(Path, "*.jsonl").Order(StringComparer.Ordinal).Last();

    private async Task RunAsync(Action<EventLog> tell)
    {
        EventLog log = new(Path, Bound, _time);
        log.Start(Begun, _lines);
        tell(log);
        await log.DisposeAsync();
    }

    private static Task EventuallyAsync(Func<bool> holds) => Http.Eventually.TrueAsync(holds, "what was told is on the disk");

    private sealed class Lines : ILogger
    {
        private readonly List<int> _ids = [];

        public IReadOnlyList<int> Ids
        {
            get
            {
                lock (_ids)
                {
                    return [.. _ids];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_ids)
            {
                _ids.Add(eventId.Id);
            }
        }
    }
}
