using System.Net;
using Xunit;

namespace Holdfast.Acceptance.Shutdown;

/// <summary>SIGTERM: unready at once, still serving while load balancers take notice, then gone with exit code 0.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-drain-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task On_SIGTERM_it_is_unready_at_once_serves_through_the_drain_and_exits_with_0()
    {
        await using HoldfastProcess store = await HoldfastProcess.StartAsync(
            Path.Combine(_folder.FullName, "data"), drain: "3s");
        using HttpClient http = new();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(store.Root, "readyz")));

        store.Signal(HoldfastProcess.SigTerm);
        while (await StatusAsync(new Uri(store.Root, "readyz")) == HttpStatusCode.OK)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(new Uri(store.Root, "readyz")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(store.Root, "healthz")));
        using HttpResponseMessage stored = await http.PostAsync(new Uri(store.Sessions, "late"), new StringContent("late"));
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        await store.WaitForExitAsync();
        Assert.Equal(0, store.ExitCode);

        await using HoldfastProcess again = await HoldfastProcess.StartAsync(Path.Combine(_folder.FullName, "data"));
        Assert.Equal("late", await http.GetStringAsync(new Uri(again.Sessions, "late")));

        async Task<HttpStatusCode> StatusAsync(Uri uri)
        {
            using HttpResponseMessage answer = await http.GetAsync(uri);
            return answer.StatusCode;
        }
    }
}
