using System.Buffers;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Cassandra.Tests.Deletes;

/// <summary>The remote data centre is cut off, and comes back.</summary>
public sealed class RemoteAwayTests(LabV5 fixture) : IClassFixture<LabV5>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-deletes-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_delete_completes_here_and_reaches_the_remote_data_centre_after_a_restart_too()
    {
        SessionKey gone = Key();
        SessionKey renewed = Key();
        await using CassandraSessionStore remote = await Store(fixture.Lab.Client with
        {
            LocalDataCenter = "codfw",
            ContactPoints = [fixture.Lab.Cluster.Nodes[3].Address.ToString()],
        });
        int cut;
        await using (CassandraSessionStore store = await Store(fixture.Lab.Client))
        {
            await SetAsync(store, gone);
            await SetAsync(store, renewed);
            await EventuallyAsync(() => IsThere(remote, gone));
            cut = await fixture.Lab.FaultAsync("cut-dc", "codfw-1");

            Assert.Equal(WriteResult.Ok, await store.DeleteAsync(gone, Cancellation));
            Assert.Equal(WriteResult.Ok, await store.DeleteAsync(renewed, Cancellation));
            await SetAsync(store, renewed);

            Assert.Equal(2, store.Deletes!.Pending);
            Assert.False(await IsThere(store, gone));
            Assert.True(await IsThere(remote, gone));
        }

        await using CassandraSessionStore next = await Store(fixture.Lab.Client);
        Assert.Equal(2, next.Deletes!.Pending);
        await fixture.Lab.HealAsync(cut);

        await EventuallyAsync(() => Task.FromResult(next.Deletes.Pending == 0));
        Assert.Equal((2, 0, 0), (next.Deletes.Repeated, next.Deletes.GivenUp, next.Deletes.Dropped));
        Assert.False(await IsThere(remote, gone));
        Assert.True(await IsThere(next, renewed));
    }

    [Fact]
    public async Task Without_the_fallback_it_fails_as_Kasks_does()
    {
        SessionKey key = Key();
        await using CassandraSessionStore store = await Store(fixture.Lab.Client, fallback: false);
        await SetAsync(store, key);
        int cut = await fixture.Lab.FaultAsync("cut-dc", "codfw-1");

        WriteResult result = await store.DeleteAsync(key, Cancellation);

        await fixture.Lab.HealAsync(cut);
        Assert.NotEqual(WriteResult.Ok, result);
        Assert.Null(store.Deletes);
    }

    private static SessionKey Key() => new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16).Select(b => (byte)('a' + (b % 26))).ToArray());

    private static async Task SetAsync(CassandraSessionStore store, SessionKey key) => Assert.Equal(
        WriteResult.Ok, await store.SetAsync(key, new ReadOnlySequence<byte>("value"u8.ToArray()), new SessionTtl(3_600), Cancellation));

    private static async Task<bool> IsThere(CassandraSessionStore store, SessionKey key)
    {
        ReadResult result = await store.GetAsync(key, Cancellation);
        Assert.NotEqual(StoreStatus.Unavailable, result.Status);
        result.Lease?.Dispose();
        return result.Status == StoreStatus.Ok;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (int i = 0; i < 1_200 && !await holds(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
        }

        Assert.True(await holds());
    }

    private async Task<CassandraSessionStore> Store(Holdfast.Cql.CqlClusterOptions client, bool fallback = true)
    {
        CassandraStoreOptions options = new()
        {
            DeleteFallback = fallback,
            DeletesFolder = client.LocalDataCenter == "eqiad" ? _folder : null,
            MaxTtl = new SessionTtl(86_400),
        };
        CassandraSessionStore store = new(options, client, TimeProvider.System, NullLoggerFactory.Instance, null);
        await CassandraStoreContractTests.BecomeReadyAsync(store);
        return store;
    }
}
