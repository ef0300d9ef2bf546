using System.Diagnostics;
using System.Text;

namespace Holdfast.Cql.Protocol;

/// <summary>
/// The W3C trace context of an attempt as the custom payload of its request, for a query handler that knows it. Cassandra's own
/// ignores what it does not know.
/// </summary>
internal static class TracePayload
{
    /// <summary>What the recommendation asks everyone to pass on.</summary>
    private const int StateMax = 512;

    public static void Write(OutputBuffer output, Activity span)
    {
        string? state = span.TraceStateString is { Length: > 0 and <= StateMax } given ? given : null;
        output.Short((ushort)(state is null ? 1 : 2));
        Entry(output, "traceparent"u8, span.Id!);
        if (state is not null)
        {
            Entry(output, "tracestate"u8, state);
        }
    }

    private static void Entry(OutputBuffer output, ReadOnlySpan<byte> key, string value)
    {
        output.Short((ushort)key.Length);
        output.Bytes(key);
        int length = Encoding.UTF8.GetByteCount(value);
        output.Int(length);
        Encoding.UTF8.GetBytes(value, output.Append(length));
    }
}
