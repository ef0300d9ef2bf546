using System.Text;

namespace Holdfast.Configuration.Document;

/// <summary>From bytes to the text of one document: bounded, valid UTF-8, no control characters.</summary>
internal static class DocumentText
{
    /// <summary>Far more than every setting with a comment of its own; anything larger is not a configuration.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads at most <see cref="MaxBytes"/> and one more, to see that there are more.</summary>
    public static byte[] ReadBounded(Stream stream)
    {
        var buffer = new byte[MaxBytes + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }

    /// <summary>Gives the text, or the line and the nature of the first thing that is not text.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out string text, out int line, out string problem)
    {
        text = "";
        if (bytes.Length > MaxBytes)
        {
            (line, problem) = (1, $"the file is larger than {MaxBytes / 1024} KiB: this cannot be a configuration");
            return false;
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            text = s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException invalid)
        {
            (line, problem) = (1 + bytes[..Math.Clamp(invalid.Index, 0, bytes.Length)].Count((byte)'\n'), "not valid UTF-8: save the file as UTF-8");
            return false;
        }

        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] is (< ' ' and not ('\t' or '\n' or '\r')) or '\x7f')
            {
                line = 1 + text.AsSpan(0, index).Count('\n');
                problem = $"control character U+{(int)text[index]:X4}: a configuration is plain text";
                return false;
            }
        }

        (line, problem) = (0, "");
        return true;
    }
}
