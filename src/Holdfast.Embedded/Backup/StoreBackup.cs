using Holdfast.Embedded.Native;
using Holdfast.Embedded.Opening;
using Holdfast.Embedded.Recovery;

namespace Holdfast.Embedded.Backup;

/// <summary>
/// A copy of the running store as of one moment. RocksDB links its files into a folder beside the data, which takes no time
/// and no room; from there they are copied to wherever the backup is wanted.
/// </summary>
internal static class StoreBackup
{
    private const string StagingName = "backup-in-progress";

    public static async Task WriteAsync(
        DatabaseSlot slot, string storeFolder, string directory, IProgress<BackupProgress> progress,
        CancellationToken cancellationToken)
    {
        if (!StoreFolder.IsAbsentOrEmpty(directory))
        {
            throw new IOException($"{directory}: holds something already; a backup needs an absent or empty folder.");
        }

        RemoveLeftovers(storeFolder);
        string staging = Path.Combine(storeFolder, StagingName);
        bool made = !Directory.Exists(directory);
        try
        {
            Link(slot, staging);
            DurableFile.MakePrivateFolder(directory);
            await CopyAsync(staging, directory, progress, cancellationToken);
        }
        catch (Exception)
        {
            RemoveCopies(directory, made);
            throw;
        }
        finally
        {
            RemoveStaging(staging);
        }
    }

    /// <summary>Removes what a backup left that was cut off; its links would keep old files' room taken.</summary>
    public static void RemoveLeftovers(string storeFolder) => RemoveStaging(Path.Combine(storeFolder, StagingName));

    private static void Link(DatabaseSlot slot, string staging)
    {
        RocksDatabase database = slot.TryAcquire() ?? throw new IOException("The database is being reopened; try again.");
        try
        {
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

    private static async Task CopyAsync(
        string staging, string directory, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        FileInfo[] files = [.. new DirectoryInfo(staging).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal)];
        long total = files.Sum(file => file.Length);
        long done = 0;
        progress.Report(new BackupProgress(0, total));
        BackupManifest manifest = new();
        foreach (FileInfo file in files)
        {
            manifest.Files.Add(file.Name, await FileCopy.CopyAsync(
                file.FullName,
                Path.Combine(directory, file.Name),
                read => progress.Report(new BackupProgress(done += read, total)),
                cancellationToken));
        }

        DurableFile.SyncFolder(directory);
        manifest.Write(directory);
    }

    private static void RemoveCopies(string directory, bool whole)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string file in Directory.EnumerateFiles(directory))
        {
            File.Delete(file);
        }

        if (whole)
        {
            Directory.Delete(directory);
        }
    }

    private static void RemoveStaging(string staging)
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }
}
