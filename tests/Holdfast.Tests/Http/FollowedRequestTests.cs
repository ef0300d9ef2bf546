using System.Buffers;
using System.Text;
using Holdfast.Hosting;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>Who follows the store is told of each request what it was, also where the store throws and the request is already over.</summary>
public sealed class FollowedRequestTests
{
    [Theory]
    [InlineData(false, false, 201)]
    [InlineData(false, true, 201)]
    [InlineData(true, false, 500)]
    [InlineData(true, true, 500)]
    public async Task A_write_is_told_with_its_own_key(bool throws, bool late, int status)
    {
        MemoryStore store = new(TimeProvider.System)
        {
            Intercept = async _ =>
            {
                if (late)
                {
                    await Task.Yield();
                }

                return throws ? throw new InvalidOperationException("torn") : WriteResult.Ok;
            },
        };
        Follower follower = new(store);
        var answer = await AskAsync(follower, "POST", "wiki:MWSession:a", [1, 2, 3]);

        Assert.Equal(status, answer.Status);
        Assert.Equal(("wiki:MWSession:a", 3L, !throws), follower.Told);
    }

    /// <summary>A value that a second look finds reaches the client, and a fault of that look is one of the request.</summary>
    [Theory]
    [InlineData(false, false, 200)]
    [InlineData(false, true, 200)]
    [InlineData(true, false, 500)]
    [InlineData(true, true, 500)]
    public async Task What_a_follower_finds_is_answered(bool throws, bool late, int status)
    {
        MemoryStore store = new(TimeProvider.System);
        Follower follower = new(store)
        {
            Instead = async () =>
            {
                if (late)
                {
                    await Task.Yield();
                }

                return throws
                    ? throw new InvalidOperationException("torn")
                    : await store.GetAsync(new SessionKey("there"u8.ToArray()), CancellationToken.None);
            },
        };
        await store.SetAsync(new SessionKey("there"u8.ToArray()), new ReadOnlySequence<byte>([4, 5]), new SessionTtl(60), CancellationToken.None);
        var answer = await AskAsync(follower, "GET", "absent");

        Assert.Equal(status, answer.Status);
        if (!throws)
        {
            Assert.Equal([4, 5], answer.Body);
        }
    }

    /// <summary>Of a server that has stopped when this is over, and with it all that it did.</summary>
    private static async Task<RawResponse> AskAsync(ISessionStore store, string method, string key, byte[]? body = null)
    {
        using LogCapture log = new();
        await using HoldfastServer server = new(TestServer.Options(), _ => store, TimeProvider.System, logOutput: log);
        await server.StartAsync(CancellationToken.None);
        return await RawClient.SendOnceAsync(server.Address, method, TestServer.Base + key, body);
    }

    private sealed class Follower(ISessionStore source) : FollowingStore(source, TimeProvider.System)
    {
        public (string Key, long Bytes, bool Acknowledged)? Told { get; private set; }

        public Func<ValueTask<ReadResult>>? Instead { get; init; }

        public override ValueTask<ReadResult> FoundAsync(SessionKey key, ReadResult found, long began, CancellationToken cancellationToken) =>
            Instead is { } instead ? instead() : new(found);

        public override void Wrote(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl, long began, bool acknowledged) =>
            Told = (Encoding.UTF8.GetString(key.Utf8.Span), value.Length, acknowledged);

        public override ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken) =>
            Source.DeleteAsync(key, cancellationToken);
    }
}
