using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Cassandra.Deletes;

/// <summary>
/// The queue on disk: a file that is appended to, and written anew when most of it is settled. A record is a length, a checksum
/// and what it says: this delete is pending, or it is not any more. Only its owner may read it: the keys are credentials.
/// </summary>
/// <remarks>
/// What was appended outlives the process once <see cref="Flush"/> has returned, and a power cut once <see cref="Sync"/> has. Not thread-safe. One
/// process at a time: the file is locked.
/// </remarks>
internal sealed class DeleteLog : IDisposable
{
    private const string FileName = "deletes.log";
    private const int HeadLength = 4 + ChecksumLength;
    private const int ChecksumLength = 8;
    private const int FixedLength = 1 + 8 + 8;
    private const int KeyMax = 1 << 16;
    private const byte PendingKind = 1;
    private const byte SettledKind = 2;

    // Below this, what is settled is not worth a rewrite.
    private const long CompactAbove = 64 * 1024;

    private static readonly byte[] s_magic = Encoding.ASCII.GetBytes("HFDEL001");

    private readonly string _path;
    private FileStream _file;
    private long _compactAt = CompactAbove;
    private bool _unsynced;

    private DeleteLog(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Opens it, or makes it.</summary>
    /// <param name="folder">Made when absent.</param>
    /// <param name="pending">What is pending, the oldest first.</param>
    /// <param name="damagedBytes">How many bytes belong to no whole record and were dropped; a torn write leaves some at the end.</param>
    /// <exception cref="IOException">It cannot be opened, or another process has it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static DeleteLog Open(string folder, out IReadOnlyCollection<PendingDelete> pending, out long damagedBytes)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string path = Path.Combine(folder, FileName);
        FileStream file = new(path, Private(FileMode.OpenOrCreate));
        try
        {
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            Dictionary<(string Key, long Timestamp), PendingDelete> found = [];
            damagedBytes = Replay(bytes, found);
            pending = [.. found.Values];
            DeleteLog log = new(path, file) { _compactAt = Math.Max(CompactAbove, bytes.Length * 2L) };
            if (damagedBytes > 0 || bytes.Length == 0)
            {
                log.Rewrite(pending);
            }

            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True when what is settled takes much more room than what is pending: <see cref="Rewrite"/> is worth its while.</summary>
    public bool IsMostlySettled => _file.Length > _compactAt;

    public void Add(PendingDelete delete) => Append(PendingKind, delete);

    public void Settle(PendingDelete delete) => Append(SettledKind, delete);

    /// <summary>What was appended is the operating system's from now on, and outlives the process.</summary>
    public void Flush() => _file.Flush();

    /// <summary>What was appended is on the disk from now on, and outlives a power cut.</summary>
    public void Sync()
    {
        if (_unsynced)
        {
            _file.Flush(flushToDisk: true);
            _unsynced = false;
        }
    }

    /// <summary>Nothing is owed: no key stays longer than it must.</summary>
    public void Clear()
    {
        if (_file.Length > s_magic.Length)
        {
            _file.SetLength(s_magic.Length);
            _file.Position = s_magic.Length;
            _file.Flush(flushToDisk: true);
            _unsynced = false;
        }
    }

    /// <summary>Writes the file anew, with these alone.</summary>
    public void Rewrite(IEnumerable<PendingDelete> pending)
    {
        string beside = _path + ".tmp";
        File.Delete(beside);
        FileStream next = new(beside, Private(FileMode.CreateNew));
        try
        {
            next.Write(s_magic);
            foreach (PendingDelete delete in pending)
            {
                next.Write(Record(PendingKind, delete));
            }

            next.Flush(flushToDisk: true);
            File.Move(beside, _path, overwrite: true);
        }
        catch
        {
            next.Dispose();
            throw;
        }

        _file.Dispose();
        _file = next;
        _unsynced = false;
        _compactAt = Math.Max(CompactAbove, next.Length * 2);
    }

    public void Dispose() => _file.Dispose();

    private static FileStreamOptions Private(FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>
    /// Gives how many bytes belong to no whole record. What follows a damaged one is looked for byte by byte: eight bytes of SHA-256 are
    /// not met by chance.
    /// </summary>
    private static long Replay(ReadOnlySpan<byte> bytes, Dictionary<(string Key, long Timestamp), PendingDelete> found)
    {
        long damaged = 0;
        int at = 0;
        if (bytes.StartsWith(s_magic))
        {
            at = s_magic.Length;
        }

        while (at < bytes.Length)
        {
            if (TryBody(bytes[at..], out ReadOnlySpan<byte> body))
            {
                Take(body, found);
                at += HeadLength + body.Length;
            }
            else
            {
                at++;
                damaged++;
            }
        }

        return damaged;
    }

    private static bool TryBody(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (bytes.Length < HeadLength + FixedLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < FixedLength or > FixedLength + KeyMax || length > bytes.Length - HeadLength)
        {
            return false;
        }

        body = bytes.Slice(HeadLength, length);
        return Checksum(body).AsSpan(0, ChecksumLength).SequenceEqual(bytes.Slice(4, ChecksumLength));
    }

    private static void Take(ReadOnlySpan<byte> body, Dictionary<(string Key, long Timestamp), PendingDelete> found)
    {
        byte[] key = body[FixedLength..].ToArray();
        long timestamp = BinaryPrimitives.ReadInt64LittleEndian(body[1..]);
        long expiresAt = BinaryPrimitives.ReadInt64LittleEndian(body[9..]);
        if (body[0] == PendingKind)
        {
            found[(Convert.ToHexString(key), timestamp)] = new PendingDelete(key, timestamp, new DateTimeOffset(expiresAt, TimeSpan.Zero));
        }
        else
        {
            found.Remove((Convert.ToHexString(key), timestamp));
        }
    }

    private static byte[] Checksum(ReadOnlySpan<byte> body) => SHA256.HashData(body);

    private static byte[] Record(byte kind, PendingDelete delete)
    {
        byte[] record = new byte[HeadLength + FixedLength + delete.Key.Length];
        Span<byte> body = record.AsSpan(HeadLength);
        body[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], delete.Timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(body[9..], delete.ExpiresAt.UtcTicks);
        delete.Key.CopyTo(body[FixedLength..]);
        BinaryPrimitives.WriteInt32LittleEndian(record, body.Length);
        Checksum(body).AsSpan(0, ChecksumLength).CopyTo(record.AsSpan(4));
        return record;
    }

    private void Append(byte kind, PendingDelete delete)
    {
        long start = _file.Position;
        try
        {
            _file.Write(Record(kind, delete));
        }
        catch (IOException)
        {
            // Half a record would hide all that follow it.
            _file.SetLength(start);
            _file.Position = start;
            throw;
        }

        _unsynced = true;
    }
}
