using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Acceptance.Load;

/// <summary>
/// Clients that write and delete as fast as they are answered, each its own keys, and know what was acknowledged when.
/// </summary>
internal sealed class Writers(int clients, int keysEach, int seed)
{
    private readonly AcknowledgedHistory[] _histories = [.. Enumerable.Range(0, clients).Select(_ => new AcknowledgedHistory())];
    private readonly Random[] _randoms = [.. Enumerable.Range(0, clients).Select(i => new Random((seed * 1000) + i))];
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private int _acknowledged;
    private int _sequence;

    /// <summary>Acknowledgements so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The moment that acknowledgements are stamped with.</summary>
    public TimeSpan Now => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Writes until told to stop or until the server is gone.</summary>
    public async Task RunAsync(Uri sessions, CancellationToken stop)
    {
        using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = clients });
        await Task.WhenAll(Enumerable.Range(0, clients).Select(i => Task.Run(() => RunOneAsync(http, sessions, i, stop), stop)));
    }

    /// <summary>Waits for so many acknowledgements: at least one, and for all of them no longer than that.</summary>
    public async Task WaitForAsync(int acknowledged, TimeSpan atMost)
    {
        int first = Acknowledged + 1;
        TimeSpan began = Now;
        while (Acknowledged < first || (Acknowledged < acknowledged && Now - began < atMost))
        {
            if (Now - began > TimeSpan.FromMinutes(4))
            {
                throw new TimeoutException("The server acknowledged nothing for four minutes.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    /// <summary>Reads every key back; the differences to what a faithful store may answer, as sentences.</summary>
    /// <param name="sessions">Where to read.</param>
    /// <param name="allows">Whether the answer is allowed for the key in that client's history.</param>
    public async Task<IReadOnlyCollection<string>> VerifyAsync(
        Uri sessions, Func<AcknowledgedHistory, string, string?, bool> allows)
    {
        ConcurrentQueue<string> wrong = new();
        using HttpClient http = new();
        await Parallel.ForEachAsync(_histories, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (history, stop) =>
        {
            foreach (string key in history.Keys.ToArray())
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(sessions, key), stop);
                string? found = answer.StatusCode == HttpStatusCode.NotFound ? null
                    : answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync(stop)
                    : $"status {(int)answer.StatusCode}";
                if (!allows(history, key, found))
                {
                    wrong.Enqueue($"{key}: found {(found is null ? "nothing" : found.Split(' ')[0])}");
                }

                history.Settle(key, found);
            }
        });
        return wrong;
    }

    private async Task RunOneAsync(HttpClient http, Uri sessions, int client, CancellationToken stop)
    {
        AcknowledgedHistory history = _histories[client];
        Random random = _randoms[client];
        while (!stop.IsCancellationRequested)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"c{client}k{random.Next(keysEach)}");
            bool delete = random.Next(5) == 0;
            string? value = delete ? null : Value(Interlocked.Increment(ref _sequence), random.Next(1, 3_000));
            history.Begin(key, value);
            try
            {
                using HttpRequestMessage request = new(delete ? HttpMethod.Delete : HttpMethod.Post, new Uri(sessions, key));
                request.Content = value is null ? null : new StringContent(value);
                using HttpResponseMessage answer = await http.SendAsync(request, stop);
                if (answer.IsSuccessStatusCode)
                {
                    history.Acknowledge(key, Now);
                    Interlocked.Increment(ref _acknowledged);
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or SocketException)
            {
                return; // the server is gone: what was under way was not acknowledged (a bare SocketException where it went while connecting)
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // The number makes every value different, the tail shows a torn one.
    private static string Value(int number, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {new string((char)('a' + (number % 26)), length)}");
}
