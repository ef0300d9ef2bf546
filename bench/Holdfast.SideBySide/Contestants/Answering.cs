using System.Net;

namespace Holdfast.SideBySide.Contestants;

/// <summary>Waits for a server that has begun to listen until it does its work, too.</summary>
internal static class Answering
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(2);

    /// <summary>Until a GET is answered with this status.</summary>
    /// <exception cref="OperationCanceledException">That took longer than the patience.</exception>
    public static async Task UntilAsync(string url, HttpStatusCode status, TimeSpan patience)
    {
        using var client = new HttpClient();
        using var end = new CancellationTokenSource(patience, TimeProvider.System);
        while (true)
        {
            using var answer = await client.GetAsync(new Uri(url), end.Token);
            if (answer.StatusCode == status)
            {
                return;
            }

            await Task.Delay(s_between, TimeProvider.System, end.Token);
        }
    }
}
