using Microsoft.Win32.SafeHandles;

namespace Holdfast.Events;

/// <summary>
/// The log's folder: files of lines, the newest appended to, the oldest deleted; one process at a time. Synchronous and not
/// thread-safe: its one writer is a task of its own.
/// </summary>
/// <remarks>What was appended outlives the process; what was <see cref="TrySync"/>ed outlives a power cut.</remarks>
internal sealed class EventFolder : IDisposable
{
    private const string LockName = "LOCK";

    private readonly string _path;
    private readonly long _bytesMax;
    private readonly FileStream _lock;
    private readonly List<Segment> _segments;
    private SafeFileHandle _newest;

    private EventFolder(string path, long bytesMax, FileStream held)
    {
        (_path, _bytesMax, _lock) = (path, bytesMax, held);
        _segments = [.. Segments(path).Select(number => new Segment(number, new FileInfo(PathOf(path, number)).Length))];
        if (_segments.Count == 0)
        {
            _segments.Add(new Segment(1, 0));
        }

        Last = LastEvent();
        _newest = OpenNewest();
        if (EndsTorn())
        {
            Write("\n"u8); // what was cut off becomes a line of its own, which no reader takes for an event
        }
    }

    /// <summary>The last event of the run before; null for none.</summary>
    public ServiceEvent? Last { get; }

    /// <summary>Makes it when absent, and locks it.</summary>
    /// <exception cref="IOException">It cannot be used, or another process writes in it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be used.</exception>
    public static EventFolder Open(string path, long bytesMax)
    {
        path = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // No secrets are in it, but who may read the service's state may read this, and nobody else.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        FileStream held = new(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return new EventFolder(path, bytesMax, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The numbers of its files, the oldest first.</summary>
    public static IReadOnlyList<long> Segments(string path) =>
        [.. Directory.EnumerateFiles(path).Select(file => Segment.NumberOf(Path.GetFileName(file))).OfType<long>().Order()];

    public static string PathOf(string path, long number) => Path.Combine(path, new Segment(number, 0).Name);

    /// <summary>Appends whole lines, at most <see cref="SegmentRules.BatchBytesMax"/> and one line's length of them.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="heading">The first line of a file, should one be begun.</param>
    /// <param name="problem">Why not.</param>
    /// <returns>False when nothing was written, because it cannot be; the next try begins where this one did.</returns>
    public bool TryAppend(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> heading, out string? problem)
    {
        try
        {
            problem = null;
            DeleteSurplus(lines.Length + heading.Length);
            if (SegmentRules.NeedsNew(_segments[^1], lines.Length, _bytesMax))
            {
                BeginSegment(heading);
            }

            Write(lines);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
            TakeBack();
            return false;
        }
    }

    /// <summary>What was appended is on the disk from now on.</summary>
    public bool TrySync(out string? problem)
    {
        try
        {
            problem = null;
            RandomAccess.FlushToDisk(_newest);
            return true;
        }
        catch (IOException failure)
        {
            problem = failure.Message;
            return false;
        }
    }

    public void Dispose()
    {
        _newest.Dispose();
        _lock.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        // At a place of our own counting: what a failed write left behind, the next one covers.
        var newest = _segments[^1];
        RandomAccess.Write(_newest, bytes, newest.Bytes);
        _segments[^1] = newest with { Bytes = newest.Bytes + bytes.Length };
    }

    private void BeginSegment(ReadOnlySpan<byte> heading)
    {
        RandomAccess.FlushToDisk(_newest);
        var before = _newest;
        _segments.Add(new Segment(_segments[^1].Number + 1, 0));
        try
        {
            _newest = OpenNewest();
        }
        catch
        {
            _segments.RemoveAt(_segments.Count - 1);
            throw;
        }

        before.Dispose();
        Write(heading);
    }

    private void DeleteSurplus(int bytes)
    {
        var surplus = SegmentRules.Surplus(_segments, bytes, _bytesMax);
        for (var i = 0; i < surplus; i++)
        {
            File.Delete(PathOf(_path, _segments[0].Number));
            _segments.RemoveAt(0);
        }
    }

    /// <summary>A write that failed may have written a part: it goes.</summary>
    private void TakeBack()
    {
        try
        {
            RandomAccess.SetLength(_newest, _segments[^1].Bytes);
        }
        catch (IOException)
        {
            // Then a torn line stays, which readers pass over.
        }
    }

    private SafeFileHandle OpenNewest() => File.OpenHandle(
        PathOf(_path, _segments[^1].Number), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read | FileShare.Delete);

    private ServiceEvent? LastEvent()
    {
        // From the newest file back: it may hold nothing that can be read.
        foreach (var segment in Enumerable.Reverse(_segments).Where(segment => segment.Bytes > 0))
        {
            if (EventReader.ReadFile(PathOf(_path, segment.Number)).Events is [.., var last])
            {
                return last;
            }
        }

        return null;
    }

    private bool EndsTorn()
    {
        if (_segments[^1].Bytes == 0)
        {
            return false;
        }

        using FileStream file = new(PathOf(_path, _segments[^1].Number), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }
}
