using System.Buffers;
using System.Text;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Embedded.Tests;

/// <summary>A store's operations in the words of a test.</summary>
internal static class StoreCalls
{
    public static async Task<WriteResult> Set(this ISessionStore store, string key, string value, int ttlSeconds = 0) =>
        await store.SetAsync(
            Key(key), new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(value)), new SessionTtl(ttlSeconds), CancellationToken.None);

    public static async Task<string?> Get(this ISessionStore store, string key)
    {
        ReadResult read = await store.GetAsync(Key(key), CancellationToken.None);
        if (read.Status == StoreStatus.NotFound)
        {
            return null;
        }

        Assert.Equal(StoreStatus.Ok, read.Status);
        using SessionLease lease = read.Lease!;
        ArrayBufferWriter<byte> copy = new();
        lease.CopyTo(copy);
        return Encoding.UTF8.GetString(copy.WrittenSpan);
    }

    public static async Task<int?> TtlLeft(this ISessionStore store, string key)
    {
        ReadResult read = await store.GetAsync(Key(key), CancellationToken.None);
        using SessionLease? lease = read.Lease;
        return lease?.TtlSecondsLeft;
    }

    public static async Task<WriteResult> Delete(this ISessionStore store, string key) =>
        await store.DeleteAsync(Key(key), CancellationToken.None);

    private static SessionKey Key(string key) => new(Encoding.UTF8.GetBytes(key));
}
