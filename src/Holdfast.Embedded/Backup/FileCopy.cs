using System.Security.Cryptography;

namespace Holdfast.Embedded.Backup;

/// <summary>Copies one file to disk for good, and says what was copied.</summary>
internal static class FileCopy
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>
    /// Copies, syncs, and gives the length and SHA-256 of the bytes that were read. What it made of the target is gone when it fails;
    /// a file that stood there before is left alone, and is a failure.
    /// </summary>
    public static async Task<(long Length, string Sha256)> CopyAsync(
        string from, string to, Action<long> copied, CancellationToken cancellationToken)
    {
        await using FileStream source = new(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, useAsync: true);
        await using FileStream target = new(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
        try
        {
            return await CopyAsync(source, target, copied, cancellationToken);
        }
        catch
        {
            await target.DisposeAsync();
            File.Delete(to);
            throw;
        }
    }

    private static async Task<(long Length, string Sha256)> CopyAsync(
        FileStream source, FileStream target, Action<long> copied, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        while (await source.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            length += read;
            copied(read);
        }

        target.Flush(flushToDisk: true);
        return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
