using Xunit;

namespace Holdfast.Tests.Http;

public sealed class KaskContractTests
{
    [Fact]
    public async Task What_is_posted_is_read_back_until_it_is_deleted()
    {
        await using var server = await TestServer.StartAsync();
        var target = TestServer.Base + "mw%3AMWSession%3Aabc";

        Assert.Equal(404, (await server.SendAsync("GET", target)).Status);
        Assert.Equal(201, (await server.SendAsync("POST", target, "hello"u8.ToArray())).Status);
        var found = await server.SendAsync("GET", target);
        Assert.Equal(200, found.Status);
        Assert.Equal("application/octet-stream", found["Content-Type"]);
        Assert.Equal("hello", found.Text);
        Assert.Equal(204, (await server.SendAsync("DELETE", target)).Status);
        Assert.Equal(404, (await server.SendAsync("GET", target)).Status);
    }
}
