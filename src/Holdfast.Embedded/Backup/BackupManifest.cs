using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Embedded.Opening;

namespace Holdfast.Embedded.Backup;

/// <summary>
/// The list of a backup's files with their lengths and SHA-256, in the file <c>BACKUP</c>. It is written last: a folder
/// without it is not a backup. The text is what <c>sha256sum</c> checks, but for its first line and the lengths.
/// </summary>
internal sealed class BackupManifest
{
    /// <summary>The file's name within the backup.</summary>
    public const string FileName = "BACKUP";

    private const string FirstLine = "holdfast backup, format 1";

    /// <summary>The files by name: length in bytes and SHA-256 in hexadecimal.</summary>
    public SortedDictionary<string, (long Length, string Sha256)> Files { get; } = new(StringComparer.Ordinal);

    public long BytesTotal => Files.Values.Sum(file => file.Length);

    public void Write(string directory)
    {
        StringBuilder text = new();
        text.Append(FirstLine).Append('\n');
        foreach ((string name, (long length, string sha256)) in Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{sha256} {length} {name}\n");
        }

        DurableFile.Write(Path.Combine(directory, FileName), text.ToString());
    }

    /// <summary>Reads it; <see cref="IOException"/> when there is none or it is not one.</summary>
    public static BackupManifest Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw new IOException($"{directory}: is not a finished backup: it has no file {FileName}.");
        }

        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != FirstLine)
        {
            throw new IOException($"{path}: is not the list of a backup that this version can read.");
        }

        BackupManifest manifest = new();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] parts = lines[i].Split(' ', 3);
            if (parts.Length != 3 || parts[0].Length != SHA256.HashSizeInBytes * 2
                || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                || parts[2] != Path.GetFileName(parts[2]) || !manifest.Files.TryAdd(parts[2], (length, parts[0])))
            {
                throw new IOException($"{path}:{i + 1}: cannot be read.");
            }
        }

        return manifest;
    }
}
