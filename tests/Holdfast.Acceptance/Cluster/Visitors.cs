using System.Collections.Concurrent;
using System.Net;
using Holdfast.Incidents.Judging;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// Users at a fixed rate, whatever the answers: each request goes to a random instance, and every answer is judged by the key's history
/// and the lab's oracle.
/// </summary>
internal sealed class Visitors : IDisposable
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(10);

    /// <summary>When this process itself stood still for so long, the others on the machine did too, and nobody can be blamed.</summary>
    private static readonly TimeSpan s_stall = TimeSpan.FromMilliseconds(150);

    /// <summary>What waits for a processor that is wanted elsewhere takes a while to be dealt with.</summary>
    private static readonly TimeSpan s_aftermath = TimeSpan.FromSeconds(3);

    private readonly ClusterOnSockets _cluster;
    private readonly Random _random;
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly KeyHistory[] _keys = [.. Enumerable.Range(0, 500).Select(_ => new KeyHistory())];
    private readonly ConcurrentQueue<(TimeSpan From, TimeSpan To)> _stalls = new();
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private int _out;
    private int _requests;
    private int _turnedAway;
    private int _failed;
    private int _explained;
    private int _excused;

    public Visitors(ClusterOnSockets cluster, IReadOnlyList<Uri> instances, double rate, int seed)
    {
        _cluster = cluster;
        Instances = instances;
        Rate = rate;
        _random = new Random(seed);
    }

    /// <summary>Requests a second.</summary>
    public double Rate { get; set; }

    /// <summary>For how long judgement was suspended, because this process could not run when it had to.</summary>
    public TimeSpan Suspended => StoodStill(TimeSpan.Zero, TimeSpan.MaxValue);

    /// <summary>Requests that were sent.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How long users have been coming.</summary>
    public TimeSpan Came { get; private set; }

    /// <summary>Users who came while there was no instance to send them to.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Failures of which the oracle says that no coordinator could have served the request.</summary>
    public int Explained => Volatile.Read(ref _explained);

    /// <summary>Failures that the oracle does not explain, while the test itself stood still.</summary>
    public int Excused => Volatile.Read(ref _excused);

    /// <summary>Of requests sent before, failures are forgiven: the site was still settling.</summary>
    public TimeSpan JudgedSince { get; set; }

    /// <summary>Where users are sent, one instance at random; none while nothing runs.</summary>
    public IReadOnlyList<Uri> Instances { get; set; }

    /// <summary>What must not happen and did.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public ConcurrentQueue<double> Milliseconds { get; } = new();

    /// <summary>Every answer: when its request was sent, how long it took in milliseconds, and whether it was served; kept when asked for.</summary>
    public ConcurrentQueue<(TimeSpan Began, double Milliseconds, bool Served)>? Answers { get; set; }

    /// <summary>For how long this process itself stood still between two moments.</summary>
    public TimeSpan StoodStill(TimeSpan from, TimeSpan to) => TimeSpan.FromTicks(_stalls
        .Select(stall => (stall.To < to ? stall.To : to) - (stall.From > from ? stall.From : from))
        .Where(still => still > TimeSpan.Zero)
        .Sum(still => still.Ticks));

    public override string ToString() =>
        $"{Requests} requests in {Came.TotalSeconds:0} s, {Failed} failed: {Explained} when no coordinator could serve, {Excused} while the machine stood still; answers {string.Join(", ", _answers.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}"))}";

    /// <summary>Users come until told to stop; returns when the last one was answered.</summary>
    public async Task ComeAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(s_beat, TimeProvider.System);
        TimeSpan last = _cluster.Now;
        double owed = 0;
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            TimeSpan now = _cluster.Now;
            if (now - last > s_stall)
            {
                _stalls.Enqueue((last, now));
            }

            owed = Math.Min(owed + ((now - last).TotalSeconds * Rate), Rate / 4);
            Came += now - last;
            last = now;
            for (; owed >= 1; owed--)
            {
                IReadOnlyList<Uri> instances = Instances;
                if (instances.Count == 0)
                {
                    Interlocked.Increment(ref _turnedAway);
                    continue;
                }

                Interlocked.Increment(ref _out);
                _ = One(_random.Next(_keys.Length), instances[_random.Next(instances.Count)], _random.NextDouble());
            }
        }

        await AnsweredAsync();
    }

    /// <summary>Waits until no request is out.</summary>
    public async Task AnsweredAsync()
    {
        while (Volatile.Read(ref _out) > 0)
        {
            await Task.Delay(s_beat, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The median latency since the start or the last call, in milliseconds.</summary>
    public double TakeMedian()
    {
        double[] sorted = [.. Milliseconds.Order()];
        Milliseconds.Clear();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }

    public void Dispose() => _http.Dispose();

    private async Task One(int key, Uri instance, double draw)
    {
        TimeSpan began = _cluster.Now;
        Interlocked.Increment(ref _requests);
        try
        {
            KeyHistory history = _keys[key];
            Uri at = new(instance, SampleValues.Name(key));
            int version = -1;
            bool isDelete = draw > 0.95;
            if (draw > 0.7)
            {
                lock (history)
                {
                    version = history.IsBusyAt(began) ? -1 : history.Begin(isDelete, began);
                }
            }

            if (version < 0)
            {
                await ReadAsync(history, key, at, began);
            }
            else
            {
                await ChangeAsync(history, key, at, version, isDelete, began);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _out);
        }
    }

    private async Task ReadAsync(KeyHistory history, int key, Uri at, TimeSpan began)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, at);
        (HttpStatusCode? status, byte[] body) = await SendAsync(request);
        TimeSpan ended = Answered(began, status);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
        {
            await NotServedAsync("read", key, isWrite: false, status, body, began, ended);
            return;
        }

        int? version = null;
        if (status == HttpStatusCode.OK)
        {
            (int whose, int found) = SampleValues.Read(body);
            version = found;
            if (whose != key)
            {
                Violations.Enqueue($"{ended}: a read of key {key} was answered with a value of key {whose}");
            }
        }

        bool right;
        lock (history)
        {
            right = history.Judge(version, began, ended) is null;
        }

        if (!right)
        {
            await _cluster.AskAsync(judge =>
            {
                lock (history)
                {
                    int before = judge.Violations.Count;
                    judge.Read(history, key, version, began, ended);
                    Report(judge, before);
                }

                return true;
            });
        }
    }

    private async Task ChangeAsync(KeyHistory history, int key, Uri at, int version, bool isDelete, TimeSpan began)
    {
        using HttpRequestMessage request = new(isDelete ? HttpMethod.Delete : HttpMethod.Post, at);
        request.Content = isDelete ? null : new ByteArrayContent(SampleValues.Value(key, version));
        (HttpStatusCode? status, byte[] body) = await SendAsync(request);
        TimeSpan ended = Answered(began, status);
        bool served = status is HttpStatusCode.Created or HttpStatusCode.NoContent;
        lock (history)
        {
            history.End(version, served, ended);
        }

        if (!served)
        {
            await NotServedAsync(isDelete ? "delete" : "write", key, isWrite: true, status, body, began, ended);
        }
    }

    private async Task<(HttpStatusCode? Status, byte[] Body)> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return (null, System.Text.Encoding.UTF8.GetBytes(failure.Message));
        }
    }

    private async Task NotServedAsync(string what, int key, bool isWrite, HttpStatusCode? status, byte[] body, TimeSpan began, TimeSpan ended)
    {
        if (began < JudgedSince)
        {
            return;
        }

        // The stall that is to blame may only be noticed now.
        await Task.Delay(s_beat * 3, TimeProvider.System);
        string said = $"{(int?)status}: {System.Text.Encoding.UTF8.GetString(body)}";
        await _cluster.AskAsync(judge =>
        {
            int before = judge.Violations.Count;
            judge.NotServed(what, key, isWrite, said, began, ended);
            Interlocked.Increment(ref _failed);
            if (judge.Violations.Count == before)
            {
                Interlocked.Increment(ref _explained);
            }
            else if (_stalls.Any(stall => stall.From <= ended && stall.To + s_aftermath >= began))
            {
                Interlocked.Increment(ref _excused);
            }
            else
            {
                Report(judge, before);
            }

            return true;
        });
    }

    private void Report(SiteJudge judge, int before)
    {
        foreach (string violation in judge.Violations.Skip(before))
        {
            Violations.Enqueue(violation);
        }
    }

    private TimeSpan Answered(TimeSpan began, HttpStatusCode? status)
    {
        TimeSpan ended = _cluster.Now;
        _answers.AddOrUpdate((int)(status ?? 0), 1, static (_, count) => count + 1);
        Milliseconds.Enqueue((ended - began).TotalMilliseconds);
        Answers?.Enqueue((began, (ended - began).TotalMilliseconds, status is { } code && (int)code < 500));
        return ended;
    }
}
