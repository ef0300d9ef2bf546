using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Events;

/// <summary>An event as one line of JSON, and back.</summary>
internal static class EventLine
{
    /// <summary>A longer line is none of ours.</summary>
    public const int BytesMax = 16 * 1024;

    /// <summary>With its line feed; empty for one that is too long to be kept.</summary>
    public static byte[] Write(ServiceEvent happened)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Lines.ServiceEvent), (byte)'\n'];
        return line.Length <= BytesMax ? line : [];
    }

    /// <summary>Null for what is no event: torn, damaged, or written by something else.</summary>
    /// <param name="line">Without its line feed.</param>
    public static ServiceEvent? Read(ReadOnlySpan<byte> line)
    {
        if (line.Length is 0 or > BytesMax)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(line, EventJson.Lines.ServiceEvent) is { } happened && happened.At != default ? happened : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (NotSupportedException)
        {
            return null; // JSON of a shape that no event has
        }
    }
}

/// <summary>How events are written: for people to read, too, so that nothing is escaped that need not be.</summary>
[JsonSerializable(typeof(ServiceEvent))]
internal sealed partial class EventJson : JsonSerializerContext
{
    public static EventJson Lines { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
