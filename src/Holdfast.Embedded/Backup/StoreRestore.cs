using Holdfast.Embedded.Opening;
using Holdfast.Embedded.Space;

namespace Holdfast.Embedded.Backup;

/// <summary>
/// Makes a store from a backup. Offline: the store's folder is absent or empty and held meanwhile, as a server holds its own, so that
/// nothing can be overwritten and no two can fill it.
/// </summary>
public static class StoreRestore
{
    /// <summary>Copies and verifies every file, then makes the folder a store.</summary>
    /// <param name="directory">The backup.</param>
    /// <param name="options">Whose path is the new store's.</param>
    /// <param name="progress">Told as bytes are copied.</param>
    /// <param name="cancellationToken">Stops; the folder is then no store, and must be emptied.</param>
    /// <exception cref="IOException">The backup is unfinished or damaged, or does not fit, or the target holds something.</exception>
    /// <exception cref="StoreOpenException">Another process holds the target.</exception>
    public static async Task RestoreAsync(
        string directory, EmbeddedStoreOptions options, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        BackupManifest manifest = BackupManifest.Read(directory);
        string target = Path.GetFullPath(options.Path);
        using StoreFolder folder = StoreFolder.Claim(target);
        if (CopyRoom.Shortage(manifest.BytesTotal, DiskSpace.FreeBytes(target), 0) is { } shortage)
        {
            throw new IOException($"{target}: no room for what is to be restored: {shortage}.");
        }

        string database = folder.Database;
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
        folder.WriteFormat();
    }
}
