using System.Globalization;

namespace Holdfast.Acceptance.Operations;

/// <summary>Users of one instance: a hundred requests a second, two thirds of them reads, from a seed.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int PerBeat = 5;
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _sessions;
    private readonly Task _coming;
    private int _served;
    private int _failed;

    public SteadyLoad(Uri sessions, int seed)
    {
        _sessions = sessions;
        _coming = ComeAsync(new Random(seed));
    }

    public int Served => Volatile.Read(ref _served);

    public int Failed => Volatile.Read(ref _failed);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _coming;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task ComeAsync(Random random)
    {
        using PeriodicTimer timer = new(s_beat, TimeProvider.System);
        List<Task> under = [];
        while (!_stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            under.RemoveAll(task => task.IsCompleted);
            for (int i = 0; i < PerBeat; i++)
            {
                under.Add(OneAsync(random.Next(500).ToString(CultureInfo.InvariantCulture), random.Next(3) == 0));
            }
        }

        await Task.WhenAll(under);
    }

    private async Task OneAsync(string key, bool write)
    {
        try
        {
            using HttpResponseMessage answer = write
                ? await _http.PostAsync(new Uri(_sessions, key), new ByteArrayContent(new byte[200]))
                : await _http.GetAsync(new Uri(_sessions, key));
            Interlocked.Increment(ref (int)answer.StatusCode < 500 ? ref _served : ref _failed);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Increment(ref _failed);
        }
    }
}
