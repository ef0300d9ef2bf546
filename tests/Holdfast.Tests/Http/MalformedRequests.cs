using System.Text;

namespace Holdfast.Tests.Http;

/// <summary>Makes wrong requests, one after another, from one seed.</summary>
internal sealed class MalformedRequests(Random random)
{
    private const string Target = TestServer.Base + "bad";

    /// <summary>The value behind <see cref="s_good"/>'s key, and what a body that is longer than it says begins with.</summary>
    public const string GoodValue = "good";

    /// <summary>Where a body that is longer than it says is stored, as far as it says.</summary>
    public const string ShortKey = "short";

    private static readonly string s_good = $"GET {TestServer.Base}foo HTTP/1.1\r\nHost: t\r\n\r\n";

    public MalformedRequest Next() => random.Next(90) switch
    {
        0 => Dripping(),
        < 9 => GoodBehind(),
        < 17 => TwoGoodBefore(),
        < 24 => BodyLongerThanItSays(),
        _ => Alone(),
    };

    private MalformedRequest Alone()
    {
        var (kind, bytes) = random.Next(6) switch
        {
            0 => ("noise", Noise(random.Next(1, 3000))),
            1 => ("header flood", Text($"GET {Target} HTTP/1.1\r\nHost: t\r\n{Headers(random.Next(120, 2000), 20)}\r\n")),
            2 => ("long header", Text($"GET {Target} HTTP/1.1\r\nHost: t\r\nX: {new string('x', random.Next(40_000, 200_000))}\r\n\r\n")),
            3 => ("length too long", Text($"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: {random.Next(20, 5000)}\r\n\r\nabc")),
            4 => ("early close", Truncated()),
            _ => Whole(),
        };
        return new MalformedRequest(kind, Pieces(bytes));
    }

    /// <summary>One that is wrong in itself, however much follows it.</summary>
    private (string Kind, byte[] Bytes) Whole()
    {
        var (kind, text) = random.Next(6) switch
        {
            0 => ("request line", RequestLine() + "\r\nHost: t\r\n\r\n"),
            1 => ("long line", $"GET {Target}{new string('y', random.Next(9_000, 100_000))} HTTP/1.1\r\nHost: t\r\n\r\n"),
            2 => ("broken header", $"GET {Target} HTTP/1.1\r\nHost: t\r\n{BrokenHeader()}\r\n\r\n"),
            3 => ("length no number", $"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: {Pick("-1", "abc", "1e3", "99999999999999999999", "4 4", "٣")}\r\n\r\nabcd"),
            4 => Framing(),
            _ => ("bad key", $"GET {TestServer.Base}{BadKey()} HTTP/1.1\r\nHost: t\r\n\r\n"),
        };
        return (kind, Text(text));
    }

    private (string Kind, string Text) Framing() => random.Next(2) == 0
        ? ("chunks", $"POST {Target} HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n{BrokenChunks()}")
        : ("both framings", $"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: {Pick("gzip", "chunked, gzip", "x")}\r\n\r\nabc");

    /// <summary>Byte by byte, with a pause after each; only what is short, or it would take minutes.</summary>
    private MalformedRequest Dripping()
    {
        var text = random.Next(2) == 0
            ? RequestLine().PadRight(40)[..40] + "\r\n\r\n"
            : $"GET {Target} HTTP/1.1\r\nHost: t\r\n{BrokenHeader()}\r\n\r\n";
        return new MalformedRequest("slow drip", [.. Text(text).Select(letter => new[] { letter })]) { Pause = TimeSpan.FromMilliseconds(1) };
    }

    private MalformedRequest GoodBehind()
    {
        var (kind, bytes) = Whole();
        var count = random.Next(1, 4);
        return new MalformedRequest($"{kind}, good ones behind", [[.. bytes, .. Good(count)]]) { After = count };
    }

    private MalformedRequest TwoGoodBefore()
    {
        var (kind, bytes) = Whole();
        return new MalformedRequest($"{kind}, two good ones before", [Good(2), bytes]) { Before = [200, 200], IsGoodFirst = true };
    }

    /// <summary>What is left over begins the next request, and is none.</summary>
    private MalformedRequest BodyLongerThanItSays() => new(
        "length too short",
        [Text($"POST {TestServer.Base}{ShortKey} HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n{GoodValue}{Pick("d", "\0", "bad\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", new string('z', 5000))}")])
    {
        Before = [201],
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

    private static byte[] Good(int count) => Text(string.Concat(Enumerable.Repeat(s_good, count)));

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
