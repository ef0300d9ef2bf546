using System.Text;

namespace Holdfast.Tests.Http;

/// <summary>Makes wrong requests, one after another, from one seed.</summary>
internal sealed class MalformedRequests(Random random)
{
    private const string Target = TestServer.Base + "bad";

    /// <summary>What is wrong, the bytes in the pieces to send them in, and whether an honest server may accept them.</summary>
    public (string Kind, IReadOnlyList<byte[]> Parts, bool MayWork) Next() => random.Next(12) switch
    {
        0 => ("noise", Pieces(Noise(random.Next(1, 3000))), false),
        1 => ("request line", Pieces(Text(RequestLine() + "\r\nHost: t\r\n\r\n")), false),
        2 => ("header flood", Pieces(Text($"GET {Target} HTTP/1.1\r\nHost: t\r\n{Headers(random.Next(120, 2000), 20)}\r\n")), false),
        3 => ("long header", Pieces(Text($"GET {Target} HTTP/1.1\r\nHost: t\r\nX: {new string('x', random.Next(40_000, 200_000))}\r\n\r\n")), false),
        4 => ("long line", Pieces(Text($"GET {Target}{new string('y', random.Next(9_000, 100_000))} HTTP/1.1\r\nHost: t\r\n\r\n")), false),
        5 => ("broken header", Pieces(Text($"GET {Target} HTTP/1.1\r\nHost: t\r\n{BrokenHeader()}\r\n\r\n")), false),
        6 => ("length too long", Pieces(Text($"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: {random.Next(20, 5000)}\r\n\r\nabc")), false),
        7 => ("length no number", Pieces(Text($"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: {Pick("-1", "abc", "1e3", "99999999999999999999", "4 4", "٣")}\r\n\r\nabcd")), false),
        8 => ("chunks", Pieces(Text($"POST {Target} HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n{BrokenChunks()}")), false),
        9 => ("both framings", Pieces(Text($"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: {Pick("gzip", "chunked, gzip", "x")}\r\n\r\nabc")), false),
        10 => ("early close", Pieces(Truncated()), false),
        _ => ("bad key", Pieces(Text($"GET {TestServer.Base}{BadKey()} HTTP/1.1\r\nHost: t\r\n\r\n")), false),
    };

    private string RequestLine() => Pick(
        "GET",
        $"GET {Target}",
        $"GET  {Target} HTTP/1.1",
        $"{Target} GET HTTP/1.1",
        $"GET {Target} HTTP/1.1 more",
        $"GET {Target} HTTP/{random.Next(2, 99)}.{random.Next(99)}",
        $"GET {Target} http/1.1",
        $"GET\t{Target}\tHTTP/1.1",
        $" GET {Target} HTTP/1.1",
        $"G\0T {Target} HTTP/1.1",
        $"GET {Target}\0 HTTP/1.1",
        $"{new string('G', random.Next(300, 9000))} {Target} HTTP/1.1",
        "GET bad HTTP/1.1",
        "GET ://x HTTP/1.1",
        "CONNECT a:b HTTP/1.1",
        "PRI * HTTP/2.0",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000");

    private string BrokenHeader() => Pick(
        "no colon", ": no name", "spa ce: x", "X : y", "X: a\r\n folded", "X:\0", "Ünï: x", "X: \u0001", "Host: again", "Host: a b", "X: a\rb", "\u007f: y");

    private string BrokenChunks() => Pick(
        "zz\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\nabc", "3\r\nab", "3\nabc\n0\n\n", "\r\n", "5\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n");

    private string BadKey() => Pick("%", "%4", "%zz", "a%ff", "%c0%af", "a/b", "a%2Fb", "?x=y", "a?b", "%00", "a%00b", new string('k', 1500), "é");

    private byte[] Truncated()
    {
        var whole = Text($"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: 20\r\n\r\n12345678901234567890");
        return whole[..random.Next(1, whole.Length)];
    }

    private string Headers(int count, int length) => string.Concat(
        Enumerable.Range(0, count).Select(i => $"X{i}: {new string('v', random.Next(1, length))}\r\n"));

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private List<byte[]> Pieces(byte[] bytes)
    {
        var pieces = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = random.Next(4) == 0 ? Math.Min(bytes.Length - at, random.Next(1, 200)) : bytes.Length - at;
            pieces.Add(bytes[at..(at + length)]);
            at += length;
        }

        return pieces;
    }
}
