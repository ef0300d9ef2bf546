using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Embedded.Space;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Embedded.Opening;

/// <summary>Small files that are wholly there or not at all, whatever happens to the power.</summary>
internal static partial class DurableFile
{
    /// <summary>Writes beside, syncs, renames, and syncs the folder.</summary>
    public static void Write(string path, string text)
    {
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Makes a folder that only its owner may enter: what will lie in it are credentials. The names of all folders made are on
    /// disk afterwards: a power cut must not take a data folder away whose files are all safe.
    /// </summary>
    public static void MakePrivateFolder(string path)
    {
        string existing = DiskSpace.NearestExisting(path);
        Make(path);
        for (string made = path; made.Length > existing.Length; made = Path.GetDirectoryName(made)!)
        {
            SyncFolder(Path.GetDirectoryName(made)!);
        }
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Puts a folder's list of names on disk; does nothing where folders cannot be opened (Windows).</summary>
    public static void SyncFolder(string path)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        // .NET opens no folders, so this one call is made by hand.
        int descriptor = Open(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: cannot be opened to sync it (errno {Marshal.GetLastPInvokeError()}).");
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        if (Sync(descriptor) != 0)
        {
            throw new IOException($"{path}: fsync failed (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);
}
