using System.Buffers;
using System.Text;

namespace Holdfast.Telemetry.Logging;

/// <summary>
/// The inside of a JSON string as Go's encoding/json writes it, because Kask's error documents are its work: besides what
/// JSON demands, <c>&lt; &gt; &amp;</c> and the two Unicode line separators are escaped, and other text is left as it is.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\', (byte)'<', (byte)'>', (byte)'&', 0xE2]);

    /// <summary>True when <paramref name="utf8"/> can be written as it stands.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> utf8) => utf8.IndexOfAny(s_escaped) < 0;

    /// <summary>Writes <paramref name="utf8"/>, escaped.</summary>
    public static void WriteEscaped(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        Span<byte> encoded = stackalloc byte[4];
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            if (status != OperationStatus.Done)
            {
                output.Write("\\ufffd"u8);
            }
            else if (ShortEscape(rune.Value) is { IsEmpty: false } escape)
            {
                output.Write(escape);
            }
            else if (rune.Value < 0x20 || rune.Value is '<' or '>' or '&' or 0x2028 or 0x2029)
            {
                output.Write(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
            }
            else
            {
                output.Write(encoded[..rune.EncodeToUtf8(encoded)]);
            }

            utf8 = utf8[consumed..];
        }
    }

    private static ReadOnlySpan<byte> ShortEscape(int value) => value switch
    {
        '"' => "\\\""u8,
        '\\' => "\\\\"u8,
        '\b' => "\\b"u8,
        '\f' => "\\f"u8,
        '\n' => "\\n"u8,
        '\r' => "\\r"u8,
        '\t' => "\\t"u8,
        _ => [],
    };
}
