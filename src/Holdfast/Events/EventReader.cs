namespace Holdfast.Events;

/// <summary>What one file holds.</summary>
/// <param name="Events">In the order in which they were written.</param>
/// <param name="Damaged">Lines that are no events.</param>
internal readonly record struct FileOfEvents(IReadOnlyList<ServiceEvent> Events, int Damaged);

/// <summary>What one instance's folder holds.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Events">Each with the name of the instance it happened to, in the order in which they were written.</param>
/// <param name="Damaged">Lines that are no events.</param>
internal sealed record EventRecord(string Folder, IReadOnlyList<(string Instance, ServiceEvent Event)> Events, int Damaged);

/// <summary>Reads logs, also those that are being written. A damaged line costs itself.</summary>
internal static class EventReader
{
    // A file of ours is some megabytes long; whatever is longer is not read into memory.
    private const long FileBytesMax = 64L << 20;

    /// <exception cref="IOException">It is no folder, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static EventRecord ReadFolder(string path)
    {
        List<(string, ServiceEvent)> events = [];
        var damaged = 0;
        var instance = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        foreach (var number in EventFolder.Segments(path))
        {
            FileOfEvents file;
            try
            {
                file = ReadFile(EventFolder.PathOf(path, number));
            }
            catch (FileNotFoundException)
            {
                continue; // the oldest file made room meanwhile
            }

            damaged += file.Damaged;
            foreach (var happened in file.Events)
            {
                instance = happened switch { Started begun => begun.Instance, Continued on => on.Instance, _ => instance };
                events.Add((instance, happened));
            }
        }

        return new EventRecord(path, events, damaged);
    }

    public static FileOfEvents ReadFile(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > FileBytesMax)
        {
            return new FileOfEvents([], 1);
        }

        var bytes = new byte[file.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Parse(bytes.AsSpan(0, length));
    }

    /// <summary>A last line without its line feed counts only if it is whole: it may be being written, or be torn.</summary>
    public static FileOfEvents Parse(ReadOnlySpan<byte> bytes)
    {
        List<ServiceEvent> events = [];
        var damaged = 0;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            if (EventLine.Read(line) is { } happened)
            {
                events.Add(happened);
            }
            else if (!line.IsEmpty)
            {
                damaged++;
            }
        }

        return new FileOfEvents(events, damaged);
    }
}
