using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Holdfast.Http;

/// <summary>
/// A request's target, percent-decoded once from the bytes the client sent.
/// </summary>
/// <remarks>
/// Not from <c>Request.Path</c>: that maps <c>a%252Fb</c> and <c>a%2Fb</c> to one string and resolves dots, which would
/// hand one user's session to another. The decoded bytes live in a rented buffer until <see cref="Return"/>.
/// </remarks>
internal readonly struct RequestTarget
{
    private readonly byte[] _buffer;
    private readonly int _length;

    private RequestTarget(byte[] buffer, int length, bool isMalformed, bool hasQuery)
    {
        _buffer = buffer;
        _length = length;
        IsMalformed = isMalformed;
        HasQuery = hasQuery;
    }

    /// <summary>
    /// No path, a bad escape, bytes that are not UTF-8, or a NUL: keys with one are the service's own. <see cref="Path"/> is then
    /// what was sent.
    /// </summary>
    public bool IsMalformed { get; }

    /// <summary>A question mark with something behind it.</summary>
    public bool HasQuery { get; }

    /// <summary>The decoded path, valid UTF-8 unless <see cref="IsMalformed"/>.</summary>
    public ReadOnlyMemory<byte> Path => _buffer.AsMemory(0, _length);

    /// <summary>Gives the buffer back; the path and every key taken from it are gone.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(_buffer);

    public static RequestTarget Decode(string rawTarget)
    {
        ReadOnlySpan<char> path = PathOf(rawTarget);
        var hasQuery = false;
        var question = path.IndexOf('?');
        if (question >= 0)
        {
            hasQuery = question < path.Length - 1;
            path = path[..question];
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(path.Length, 1));
        if (path.StartsWith('/') && TryDecode(path, buffer, out var length))
        {
            return new RequestTarget(buffer, length, isMalformed: false, hasQuery);
        }

        // Kestrel lets only ASCII through; anything else would become a question mark here, in an error text.
        return new RequestTarget(buffer, Encoding.ASCII.GetBytes(path, buffer), isMalformed: true, hasQuery);
    }

    /// <summary>The path and query of an origin-form or absolute-form target; the target itself of any other form.</summary>
    private static ReadOnlySpan<char> PathOf(string rawTarget)
    {
        ReadOnlySpan<char> target = rawTarget;
        if (target.StartsWith('/'))
        {
            return target;
        }

        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
        {
            return target; // "*", or the authority of a CONNECT
        }

        var authority = target[(scheme + 3)..];
        var slash = authority.IndexOf('/');
        return slash < 0 ? "/" : authority[slash..];
    }

    private static bool TryDecode(ReadOnlySpan<char> path, Span<byte> decoded, out int length)
    {
        length = 0;
        var sawNonAscii = false;
        while (true)
        {
            var percent = path.IndexOf('%');
            var plain = percent < 0 ? path : path[..percent];
            if (Ascii.FromUtf16(plain, decoded[length..], out var written) != OperationStatus.Done)
            {
                return false;
            }

            length += written;
            if (percent < 0)
            {
                return !sawNonAscii || Utf8.IsValid(decoded[..length]);
            }

            if (path.Length < percent + 3
                || !char.IsAsciiHexDigit(path[percent + 1])
                || !char.IsAsciiHexDigit(path[percent + 2]))
            {
                return false;
            }

            var value = (byte)((HexValue(path[percent + 1]) << 4) | HexValue(path[percent + 2]));
            if (value == 0)
            {
                return false;
            }

            sawNonAscii |= value >= 0x80;
            decoded[length++] = value;
            path = path[(percent + 3)..];
        }
    }

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
