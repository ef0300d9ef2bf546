using Holdfast.Embedded.Opening;

namespace Holdfast.Embedded.Backup;

/// <summary>Makes a store from a backup. Offline: the store's folder is absent or empty, so nothing can be overwritten.</summary>
public static class StoreRestore
{
    /// <summary>Copies and verifies every file, then makes the folder a store.</summary>
    /// <param name="directory">The backup.</param>
    /// <param name="options">Whose path is the new store's.</param>
    /// <param name="progress">Told as bytes are copied.</param>
    /// <param name="cancellationToken">Stops; the folder is then no store, and must be emptied.</param>
    /// <exception cref="IOException">The backup is unfinished or damaged, or the target holds something.</exception>
    public static async Task RestoreAsync(
        string directory, EmbeddedStoreOptions options, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        BackupManifest manifest = BackupManifest.Read(directory);
        string target = Path.GetFullPath(options.Path);
        if (!StoreFolder.IsAbsentOrEmpty(target))
        {
            throw new IOException($"{target}: holds something already; restore needs an absent or empty folder.");
        }

        string database = Path.Combine(target, StoreFolder.DatabaseName);
        DurableFile.MakePrivateFolder(target);
        DurableFile.MakePrivateFolder(database);
        long done = 0;
        progress.Report(new BackupProgress(0, manifest.BytesTotal));
        foreach ((string name, (long length, string sha256)) in manifest.Files)
        {
            (long Length, string Sha256) copied = await FileCopy.CopyAsync(
                Path.Combine(directory, name),
                Path.Combine(database, name),
                read => progress.Report(new BackupProgress(done += read, manifest.BytesTotal)),
                cancellationToken);
            if (copied != (length, sha256))
            {
                throw new IOException(
                    $"{Path.Combine(directory, name)}: is not what was backed up (length or SHA-256 differ). "
                    + $"{target} is not a store; empty it before the next try.");
            }
        }

        DurableFile.SyncFolder(database);
        StoreFolder.WriteFormat(target);
    }
}
