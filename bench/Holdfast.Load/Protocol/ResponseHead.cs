using System.Buffers.Text;

namespace Holdfast.Load.Protocol;

/// <summary>What the generator needs of a response's head.</summary>
internal readonly record struct ResponseHead(int Status, int HeadLength, int BodyLength)
{
    public int Total => HeadLength + BodyLength;

    /// <summary>False while the head is incomplete. A head that cannot be understood has status 0.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ResponseHead head)
    {
        head = default;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (end < 12 || !bytes.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(bytes.Slice(9, 3), out int status, out _))
        {
            return true;
        }

        var length = status == 204 ? 0 : -1;
        var lines = bytes[..(end + 2)];
        while (!lines.IsEmpty)
        {
            var next = lines.IndexOf((byte)'\n') + 1;
            if (next > 16 && lines[14] == ':' && (lines[0] | 0x20) == 'c' && IsContentLength(lines[..14]))
            {
                var value = lines[15..].TrimStart((byte)' ');
                if (Utf8Parser.TryParse(value, out int parsed, out _))
                {
                    length = parsed;
                }
            }

            lines = lines[next..];
        }

        // A chunked answer is not among the right ones: every server here knows the length of what it sends.
        head = length < 0 ? default : new ResponseHead(status, end + 4, length);
        return true;
    }

    private static bool IsContentLength(ReadOnlySpan<byte> name)
    {
        var expected = "content-length"u8;
        for (var i = 0; i < expected.Length; i++)
        {
            if ((name[i] | 0x20) != (expected[i] | 0x20))
            {
                return false;
            }
        }

        return true;
    }
}
