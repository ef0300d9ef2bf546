using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Embedded.Opening;

/// <summary>
/// Checks a write-ahead log before RocksDB replays it. Its replay takes a record whose length or type is damaged for the end
/// of the log, and drops that record and all that follow without a word; the one end that may be accepted is a record that
/// the file stops within, which is a write that was never acknowledged.
/// </summary>
/// <remarks>
/// The format: blocks of 32 KiB, in each of them records of a masked CRC-32C (4 bytes, of the type and the payload), a length
/// (2), a type (1) and the payload; what is too short for a header at a block's end is filled. Logs are never recycled here, so
/// a type of a recycled log's record, whose header is longer, is damage.
/// </remarks>
internal static class LogRecords
{
    private const int BlockBytes = 32 * 1024;
    private const int HeaderBytes = 7;
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Null for a log that may be replayed; else where and how it is damaged.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? FindDamage(string path)
    {
        using FileStream log = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
        byte[] block = new byte[BlockBytes];
        for (long start = 0; ; start += BlockBytes)
        {
            int length = log.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
            bool isLast = length < BlockBytes;
            (int end, string? damage) = Walk(block.AsSpan(0, length), isLast);
            if (damage is not null)
            {
                if (IsZero(block.AsSpan(end, length - end)) && IsZeroToItsEnd(log))
                {
                    return null; // room that was given to the file and never written
                }

                return $"{damage} at byte {start + end}";
            }

            if (isLast)
            {
                return null;
            }
        }
    }

    /// <summary>Where the block's records end, or the first damaged one begins.</summary>
    private static (int End, string? Damage) Walk(ReadOnlySpan<byte> block, bool isLast)
    {
        int at = 0;
        while (at + HeaderBytes <= block.Length)
        {
            ReadOnlySpan<byte> header = block.Slice(at, HeaderBytes);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
            if (at + HeaderBytes + length > block.Length)
            {
                // A writer never lets a record leave its block, so only the file's end can have cut it.
                bool torn = isLast && at + HeaderBytes + length <= BlockBytes && !HoldsRecord(block[at..]);
                return (at, torn ? null : "a record of a damaged length");
            }

            if (!IsWhole(block.Slice(at, HeaderBytes + length)))
            {
                return (at, "a damaged record");
            }

            at += HeaderBytes + length;
        }

        return (at, null);
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private static bool IsZeroToItsEnd(FileStream log)
    {
        byte[] bytes = new byte[BlockBytes];
        int read;
        do
        {
            read = log.Read(bytes);
        }
        while (read > 0 && IsZero(bytes.AsSpan(0, read)));
        return read == 0;
    }

    private static bool IsWhole(ReadOnlySpan<byte> record) => Masked(Crc(~0u, record[6..])) == Expected(record);

    /// <summary>
    /// True when these bytes, which the file's end seems to cut, hold a whole record of another length: then it is the length
    /// that is damaged. What follows must be a whole record or nothing, so that chance does not make a torn record one.
    /// </summary>
    private static bool HoldsRecord(ReadOnlySpan<byte> rest)
    {
        uint expected = Expected(rest);
        uint crc = BitOperations.Crc32C(~0u, rest[6]);
        for (int end = HeaderBytes; ; end++)
        {
            if (Masked(crc) == expected && (rest.Length - end < HeaderBytes || BeginsWhole(rest[end..])))
            {
                return true;
            }

            if (end == rest.Length)
            {
                return false;
            }

            crc = BitOperations.Crc32C(crc, rest[end]);
        }
    }

    /// <summary>True unless the first record in here is damaged: one that the file's end cuts is not.</summary>
    private static bool BeginsWhole(ReadOnlySpan<byte> rest)
    {
        int end = HeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        return end > rest.Length || IsWhole(rest[..end]);
    }

    private static uint Expected(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    private static uint Masked(uint crc) => BitOperations.RotateRight(~crc, 15) + MaskDelta;

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
