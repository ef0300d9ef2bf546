using System.Runtime.InteropServices;

namespace Holdfast.Embedded.Space;

/// <summary>Asks the filesystem that holds a folder.</summary>
internal static unsafe partial class DiskSpace
{
    // struct statx of linux/stat.h, the same on every processor: where the device's two numbers stand.
    private const int StatxBytes = 256;
    private const int DeviceOffset = 136;
    private const int CurrentFolder = -100; // AT_FDCWD

    /// <summary>Bytes an ordinary user may still write there; <see cref="long.MaxValue"/> where it does not say.</summary>
    public static long FreeBytes(string folder) => Ask(folder, drive => drive.AvailableFreeSpace);

    /// <summary>Bytes that an ordinary user has there in all, used and free: what is reserved for root is nobody's.</summary>
    public static long SizeBytes(string folder) =>
        Ask(folder, drive => drive.TotalSize - (drive.TotalFreeSpace - drive.AvailableFreeSpace));

    /// <summary>Whether what is written to one takes room from the other; true where it cannot be told.</summary>
    public static bool IsShared(string folder, string other) =>
        Device(folder) is not { } one || Device(other) is not { } two || one == two;

    /// <summary>The folder itself, or the nearest above it that exists: where it would be made.</summary>
    public static string NearestExisting(string folder)
    {
        string existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { Length: > 0 } parent)
        {
            existing = parent;
        }

        return existing;
    }

    private static ulong? Device(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        byte* answer = stackalloc byte[StatxBytes];
        return StatX(CurrentFolder, folder, 0, 0, answer) == 0 ? *(ulong*)(answer + DeviceOffset) : null;
    }

    private static long Ask(string folder, Func<DriveInfo, long> what)
    {
        try
        {
            return what(new DriveInfo(folder));
        }
        catch (IOException)
        {
            return long.MaxValue;
        }
        catch (UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* answer);
}
