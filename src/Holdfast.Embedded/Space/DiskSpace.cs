namespace Holdfast.Embedded.Space;

/// <summary>Asks the filesystem that holds a folder.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes an ordinary user may still write there; <see cref="long.MaxValue"/> where it does not say.</summary>
    public static long FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
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
