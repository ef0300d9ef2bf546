using Holdfast.Embedded.Native;
using Holdfast.Embedded.Opening;
using Holdfast.Embedded.Recovery;
using Holdfast.Embedded.Space;

namespace Holdfast.Embedded.Backup;

/// <summary>
/// A copy of the running store as of one moment. RocksDB links its files into a folder beside the data, which takes no time
/// and hardly any room; from there they are copied to wherever the backup is wanted, if they fit
/// (docs/decisions/0006-backups-are-copies-and-must-fit.md).
/// </summary>
internal static class StoreBackup
{
    private const string StagingName = "backup-in-progress";

    /// <param name="slot">The database.</param>
    /// <param name="storeFolder">The folder that it lies in.</param>
    /// <param name="minFreeBytes">What must be left free where the sessions lie.</param>
    /// <param name="directory">Where the backup shall lie: absent or empty.</param>
    /// <param name="progress">Told as bytes are copied.</param>
    /// <param name="cancellationToken">Stops; what was copied is removed.</param>
    public static async Task WriteAsync(
        DatabaseSlot slot, string storeFolder, long minFreeBytes, string directory, IProgress<BackupProgress> progress,
        CancellationToken cancellationToken)
    {
        if (!StoreFolder.IsAbsentOrEmpty(directory))
        {
            throw new IOException($"{directory}: holds something already; a backup needs an absent or empty folder.");
        }

        RemoveLeftovers(storeFolder);
        string staging = Path.Combine(storeFolder, StagingName);
        try
        {
            Link(slot, storeFolder, staging);
            FileInfo[] files =
                [.. new DirectoryInfo(staging).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal)];
            RefuseWithoutRoom(files.Sum(file => file.Length), storeFolder, minFreeBytes, directory);
            await CopyAsync(files, directory, progress, cancellationToken);
        }
        finally
        {
            RemoveStaging(staging);
        }
    }

    /// <summary>Removes what a backup left that was cut off; its links would keep old files' room taken.</summary>
    public static void RemoveLeftovers(string storeFolder) => RemoveStaging(Path.Combine(storeFolder, StagingName));

    private static void Link(DatabaseSlot slot, string storeFolder, string staging)
    {
        RocksDatabase database = slot.TryAcquire() ?? throw new IOException("The database is being reopened; try again.");
        try
        {
            // What is in memory alone is written to a file first. Were there no room for it, writes would fail as well.
            if (CopyRoom.Shortage(database.Property("rocksdb.cur-size-all-mem-tables"), DiskSpace.FreeBytes(storeFolder), 0) is { } shortage)
            {
                throw new IOException($"{storeFolder}: no room to begin a backup: {shortage}.");
            }

            database.Checkpoint(staging);
        }
        catch (RocksDbException error)
        {
            throw new IOException("The checkpoint failed: " + SafeReason.Of(error), error);
        }
        finally
        {
            database.Release();
        }
    }

    private static void RefuseWithoutRoom(long total, string storeFolder, long minFreeBytes, string directory)
    {
        string where = DiskSpace.NearestExisting(directory);
        long kept = DiskSpace.IsShared(where, storeFolder) ? minFreeBytes : 0;
        if (CopyRoom.Shortage(total, DiskSpace.FreeBytes(where), kept) is { } shortage)
        {
            throw new IOException($"{directory}: no room for the backup: {shortage}.");
        }
    }

    private static async Task CopyAsync(
        FileInfo[] files, string directory, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        bool made = !Directory.Exists(directory);
        List<string> copies = [];
        try
        {
            DurableFile.MakePrivateFolder(directory);
            long total = files.Sum(file => file.Length);
            long done = 0;
            progress.Report(new BackupProgress(0, total));
            BackupManifest manifest = new();
            foreach (FileInfo file in files)
            {
                string copy = Path.Combine(directory, file.Name);
                manifest.Files.Add(file.Name, await FileCopy.CopyAsync(
                    file.FullName, copy, read => progress.Report(new BackupProgress(done += read, total)), cancellationToken));
                copies.Add(copy);
            }

            DurableFile.SyncFolder(directory);
            manifest.Write(directory);
        }
        catch (Exception)
        {
            copies.ForEach(File.Delete);
            if (made)
            {
                RemoveIfEmpty(directory);
            }

            throw;
        }
    }

    /// <summary>What somebody else has put there meanwhile is not ours to remove.</summary>
    private static void RemoveIfEmpty(string directory)
    {
        if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
        {
            Directory.Delete(directory);
        }
    }

    /// <summary>RocksDB stages beside it first, under a name of its own.</summary>
    private static void RemoveStaging(string staging)
    {
        foreach (string folder in new[] { staging, staging + ".tmp" })
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
