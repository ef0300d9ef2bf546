namespace Holdfast.Embedded.Space;

/// <summary>Asks the filesystem that holds a folder.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes an ordinary user may still write there; <see cref="long.MaxValue"/> where it does not say.</summary>
    public static long FreeBytes(string folder) => Ask(folder, drive => drive.AvailableFreeSpace);

    /// <summary>Bytes that an ordinary user has there in all, used and free: what is reserved for root is nobody's.</summary>
    public static long SizeBytes(string folder) =>
        Ask(folder, drive => drive.TotalSize - (drive.TotalFreeSpace - drive.AvailableFreeSpace));

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
}
