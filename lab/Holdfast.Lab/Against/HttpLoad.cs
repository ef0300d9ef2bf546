using System.Globalization;
using System.Net;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Workload;

namespace Holdfast.Lab.Against;

/// <summary>A scenario's workload over HTTP: requests at its rate, whatever the answers, counted for an interval and in all.</summary>
internal sealed class HttpLoad : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    private readonly Uri sessions;
    private readonly WorkloadOptions workload;
    private readonly TimeProvider clock;
    private readonly Randomness random;
    private readonly HttpClient http;
    private int under;
    private int served;
    private int failed;
    private int intervalServed;
    private int intervalFailed;
    private long worstTicks;
    private bool isOn = true;

    public HttpLoad(Uri sessions, WorkloadOptions workload, TimeProvider clock, ulong seed)
    {
        this.sessions = sessions;
        this.workload = workload;
        this.clock = clock;
        random = new Randomness(seed).Fork("http");
        http = new HttpClient { Timeout = workload.Patience ?? workload.Timeout };
    }

    /// <summary>Whether an instance of the service runs; requests come all the same, and fail where none does.</summary>
    public bool IsOn
    {
        get => Volatile.Read(ref isOn);
        set => Volatile.Write(ref isOn, value);
    }

    public int Served => Volatile.Read(ref served);

    public int Failed => Volatile.Read(ref failed);

    public TimeSpan Worst => TimeSpan.FromTicks(Volatile.Read(ref worstTicks));

    /// <summary>What came of the requests since the last call.</summary>
    public (int Served, int Failed) TakeInterval() =>
        (Interlocked.Exchange(ref intervalServed, 0), Interlocked.Exchange(ref intervalFailed, 0));

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        var last = clock.GetTimestamp();
        double owed = 0;
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
            var now = clock.GetTimestamp();
            owed += clock.GetElapsedTime(last, now).TotalSeconds * workload.Rate;
            last = now;
            for (; owed >= 1; owed--)
            {
                if (!IsOn)
                {
                    Interlocked.Increment(ref failed);
                    Interlocked.Increment(ref intervalFailed);
                    continue;
                }

                var key = new Uri(sessions, string.Create(CultureInfo.InvariantCulture, $"sessions%3A{random.Next(workload.Keys)}"));
                var draw = random.NextDouble() * (workload.Reads + workload.Writes + workload.Deletes);
                var method = draw < workload.Reads ? HttpMethod.Get
                    : draw < workload.Reads + workload.Writes ? HttpMethod.Post : HttpMethod.Delete;
                Interlocked.Increment(ref under);
                _ = SendAsync(method, key);
            }
        }

        while (Volatile.Read(ref under) > 0)
        {
            await Task.Delay(Beat, clock, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task SendAsync(HttpMethod method, Uri key)
    {
        var began = clock.GetTimestamp();
        var ok = false;
        try
        {
            using var request = new HttpRequestMessage(method, key);
            request.Content = method == HttpMethod.Post ? new ByteArrayContent(new byte[1024]) : null;
            using var answer = await http.SendAsync(request).ConfigureAwait(false);
            await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            ok = answer.StatusCode < HttpStatusCode.InternalServerError;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            // Counted below.
        }

        var took = clock.GetElapsedTime(began).Ticks;
        for (var worst = Volatile.Read(ref worstTicks); took > worst;)
        {
            var found = Interlocked.CompareExchange(ref worstTicks, took, worst);
            worst = found == worst ? took : found;
        }

        Interlocked.Increment(ref ok ? ref served : ref failed);
        Interlocked.Increment(ref ok ? ref intervalServed : ref intervalFailed);
        Interlocked.Decrement(ref under);
    }
}
