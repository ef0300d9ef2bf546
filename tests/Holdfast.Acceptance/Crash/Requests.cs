using System.Net;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>What a test of a failing disk asks of the server, and how it waits for what comes of it.</summary>
internal static class Requests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static async Task<HttpStatusCode> PostAsync(this HttpClient http, HoldfastProcess server, string key, byte[] value)
    {
        using HttpResponseMessage answer = await http.PostAsync(new Uri(server.Sessions, key), new ByteArrayContent(value));
        return answer.StatusCode;
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"Never came: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public static Task UntilLoggedAsync(this HoldfastProcess server, string line) =>
        UntilAsync(() => Task.FromResult(server.Times(line) > 0), $"a line with '{line}'");

    /// <summary>How often the program has written that.</summary>
    public static int Times(this HoldfastProcess server, string part) => server.Output.Split(part).Length - 1;
}
