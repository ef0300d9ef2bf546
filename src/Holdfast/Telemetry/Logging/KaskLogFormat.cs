using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Holdfast.Telemetry.Logging;

/// <summary>
/// One line of Kask's log: a JSON object with <c>msg</c>, <c>appname</c>, <c>time</c>, <c>level</c>, and
/// <c>request_id</c> where there is a request, and <c>trace_id</c> where it is traced.
/// </summary>
/// <remarks>
/// A value given beside a text, not in it, becomes a field of its own (<c>requestId</c> → <c>request_id</c>). Of an
/// exception only types and the stack are written: a message may quote what it failed on, and that may be a key.
/// </remarks>
internal sealed class KaskLogFormat(string serviceName)
{
    private const int MaxTextLength = 4096;

    /// <summary>What the framework calls the request that it writes a line about; the endpoint sets it before the framework learns of a failure.</summary>
    private const string KestrelsRequestId = "TraceIdentifier";

    public byte[] Line(
        string text,
        LogLevel level,
        DateTimeOffset now,
        IReadOnlyList<KeyValuePair<string, object?>>? values = null,
        Exception? exception = null,
        string? traceId = null)
    {
        var line = new ArrayBufferWriter<byte>(256);
        line.Write("{\"msg\":"u8);
        WriteString(text.Length <= MaxTextLength ? text : text[..MaxTextLength], line);
        line.Write(",\"appname\":"u8);
        WriteString(serviceName, line);
        line.Write(",\"time\":"u8);
        WriteString(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), line);
        line.Write(",\"level\":"u8);
        WriteString(Name(level), line);
        foreach (var (name, value) in values ?? [])
        {
            if (char.IsAsciiLetterLower(name[0]) && value is not null)
            {
                WriteField(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value, line);
                traceId = name == "traceId" ? null : traceId; // told by who knows it better than the thread does
            }
            else if (name == KestrelsRequestId && value is not null)
            {
                WriteField("request_id", value, line);
            }
        }

        if (traceId is not null)
        {
            WriteField("trace_id", traceId, line);
        }

        if (exception is not null)
        {
            WriteField("exception", TypesOf(exception), line);
            WriteField("stack", exception.StackTrace ?? string.Empty, line);
        }

        line.Write("}\n"u8);
        return line.WrittenSpan.ToArray();
    }

    public static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };

    private static void WriteField(string name, object value, ArrayBufferWriter<byte> line)
    {
        line.Write(","u8);
        WriteString(name, line);
        line.Write(":"u8);
        if (value is not IEnumerable<string> many || value is string)
        {
            WriteString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty, line);
            return;
        }

        var separator = "["u8;
        foreach (var one in many)
        {
            line.Write(separator);
            WriteString(one, line);
            separator = ","u8;
        }

        line.Write(separator.SequenceEqual("["u8) ? "[]"u8 : "]"u8);
    }

    private static void WriteString(string text, ArrayBufferWriter<byte> line)
    {
        line.Write("\""u8);
        JsonText.WriteEscaped(Encoding.UTF8.GetBytes(text), line);
        line.Write("\""u8);
    }

    private static string TypesOf(Exception exception)
    {
        var types = new StringBuilder(exception.GetType().FullName);
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            types.Append(" <- ").Append(inner.GetType().FullName);
        }

        return types.ToString();
    }
}
