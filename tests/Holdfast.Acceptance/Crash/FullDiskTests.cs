using System.Buffers;
using System.Text;
using Holdfast.Embedded;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>A disk of 40 MB that really fills up, and has room again.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-full-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Below_min_free_bytes_values_are_refused_and_reads_and_deletes_go_on()
    {
        using LoopMount disk = Disk();
        await using EmbeddedSessionStore store = Open(disk, minFreeBytes: 16 * 1024 * 1024);
        List<string> stored = await FillAsync(store, StoreStatus.OutOfSpace);

        Assert.NotEmpty(stored);
        Assert.Equal(Value(stored[0]), await GetAsync(store, stored[0]));
        Assert.Equal(StoreStatus.Ok, (await store.DeleteAsync(Key(stored[0]), CancellationToken.None)).Status);
        Assert.Null(await GetAsync(store, stored[0]));
        Assert.False((await store.CheckReadinessAsync(CancellationToken.None)).IsReady);
    }

    [Fact]
    public async Task A_full_disk_loses_nothing_acknowledged_and_the_store_mends_itself_when_there_is_room()
    {
        using LoopMount disk = Disk();
        string ballast = Path.Combine(disk.Folder, "ballast");
        List<string> stored;
        await using (EmbeddedSessionStore store = Open(disk, minFreeBytes: 0))
        {
            await File.WriteAllBytesAsync(ballast, new byte[20 * 1024 * 1024]);
            stored = await FillAsync(store, StoreStatus.OutOfSpace);
            Assert.NotEmpty(stored);
            await AllThereAsync(store, stored);

            File.Delete(ballast);
            await WaitUntilWritableAsync(store);
            await AllThereAsync(store, stored);
            Assert.True((await store.CheckReadinessAsync(CancellationToken.None)).IsReady);
            Assert.Equal(StoreStatus.Ok, (await store.DeleteAsync(Key(stored[0]), CancellationToken.None)).Status);
        }

        await using EmbeddedSessionStore reopened = Open(disk, minFreeBytes: 0);
        await AllThereAsync(reopened, stored.Skip(1));
        Assert.Null(await GetAsync(reopened, stored[0]));
        Assert.Equal("mended", await GetAsync(reopened, "mended"));
    }

    private LoopMount Disk()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        return LoopMount.Make(_folder.FullName, mebibytes: 40);
    }

    private static EmbeddedSessionStore Open(LoopMount disk, long minFreeBytes) => EmbeddedSessionStore.Open(
        new EmbeddedStoreOptions { Path = Path.Combine(disk.Folder, "data"), MinFreeBytes = minFreeBytes, CacheBytes = 0 },
        TimeProvider.System,
        NullLogger<EmbeddedSessionStore>.Instance);

    /// <summary>Stores until the store says so; the keys that were acknowledged.</summary>
    private static async Task<List<string>> FillAsync(EmbeddedSessionStore store, StoreStatus until)
    {
        List<string> stored = [];
        for (int i = 0; i < 20_000; i++)
        {
            string key = $"key{i}";
            WriteResult result = await SetAsync(store, key, Value(key));
            if (result.Status == until)
            {
                return stored;
            }

            Assert.Equal(StoreStatus.Ok, result.Status);
            stored.Add(key);
        }

        throw new InvalidOperationException("The disk never filled up.");
    }

    private static async Task WaitUntilWritableAsync(EmbeddedSessionStore store)
    {
        long began = TimeProvider.System.GetTimestamp();
        while ((await SetAsync(store, "mended", "mended")).Status != StoreStatus.Ok)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(4), "the store did not mend itself");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task AllThereAsync(EmbeddedSessionStore store, IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            Assert.Equal(Value(key), await GetAsync(store, key));
        }
    }

    private static async Task<WriteResult> SetAsync(EmbeddedSessionStore store, string key, string value) =>
        await store.SetAsync(
            Key(key), new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(value)), SessionTtl.Never, CancellationToken.None);

    private static async Task<string?> GetAsync(EmbeddedSessionStore store, string key)
    {
        ReadResult read = await store.GetAsync(Key(key), CancellationToken.None);
        if (read.Status == StoreStatus.NotFound)
        {
            return null;
        }

        Assert.True(read.Status == StoreStatus.Ok, read.Reason);
        using SessionLease lease = read.Lease!;
        ArrayBufferWriter<byte> copy = new();
        lease.CopyTo(copy);
        return Encoding.UTF8.GetString(copy.WrittenSpan);
    }

    // Hardly compressible, so that the disk fills as fast as it is written.
    private static string Value(string key)
    {
        byte[] bytes = new byte[8 * 1024];
        new Random(int.Parse(key.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture)).NextBytes(bytes);
        return key + Convert.ToBase64String(bytes);
    }

    private static SessionKey Key(string key) => new(Encoding.UTF8.GetBytes(key));
}
