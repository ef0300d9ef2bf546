using System.Buffers.Binary;

namespace Holdfast.Embedded;

/// <summary>What stands before a value on disk: one byte of version, then the moment of expiry.</summary>
/// <param name="ExpiresAtMs">Milliseconds since the Unix epoch; 0 for never.</param>
internal readonly record struct EntryHeader(long ExpiresAtMs)
{
    /// <summary>Bytes before the value.</summary>
    public const int Length = 1 + sizeof(long);

    private const byte Version = 1;

    /// <summary>The header of an entry that is written now and lives so many seconds; 0 for ever.</summary>
    public static EntryHeader For(int ttlSeconds, long nowMs) => new(ttlSeconds == 0 ? 0 : nowMs + (ttlSeconds * 1000L));

    public bool IsExpired(long nowMs) => ExpiresAtMs != 0 && ExpiresAtMs <= nowMs;

    /// <summary>Seconds of life left, rounded up; 0 for an entry that never expires.</summary>
    public int SecondsLeft(long nowMs) =>
        ExpiresAtMs == 0 ? 0 : (int)Math.Clamp((ExpiresAtMs - nowMs + 999) / 1000, 1, int.MaxValue);

    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(destination[1..], ExpiresAtMs);
    }

    /// <summary>False when these bytes are not an entry of this version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out EntryHeader header)
    {
        if (entry.Length < Length || entry[0] != Version)
        {
            header = default;
            return false;
        }

        header = new EntryHeader(BinaryPrimitives.ReadInt64LittleEndian(entry[1..]));
        return true;
    }
}
