using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Workload;

/// <summary>The bodies of the few requests that the client makes, in protocol v5.</summary>
internal static class ClientRequests
{
    private const int WithValues = 0x01;
    private const int WithTimestamp = 0x20;

    public static byte[] Startup() => Body(w =>
    {
        w.Short(3);
        w.String("CQL_VERSION");
        w.String("3.0.0");
        w.String("DRIVER_NAME");
        w.String("lab");
        w.String("DRIVER_VERSION");
        w.String("1");
    });

    /// <summary>What PasswordAuthenticator reads: no authorisation id, the user, the password.</summary>
    public static byte[] Credentials(string user, string password) => Body(w => w.Bytes(Encoding.UTF8.GetBytes($"\0{user}\0{password}")));

    public static byte[] Register(params string[] events) => Body(w => w.StringList(events));

    public static byte[] Query(string query, ConsistencyLevel level) => Body(w =>
    {
        w.Bytes(Encoding.UTF8.GetBytes(query));
        w.Short((int)level);
        w.Int(0);
    });

    public static byte[] Prepare(string query) => Body(w =>
    {
        w.Bytes(Encoding.UTF8.GetBytes(query));
        w.Int(0);
    });

    /// <param name="statement">Which.</param>
    /// <param name="level">How many replicas.</param>
    /// <param name="timestamp">The write's; null for the coordinator's.</param>
    /// <param name="values">For its markers.</param>
    public static byte[] Execute(PreparedId statement, ConsistencyLevel level, long? timestamp, params byte[][] values) => Body(w =>
    {
        w.ShortBytes(statement.Id);
        w.ShortBytes(statement.ResultMetadataId);
        w.Short((int)level);
        w.Int(WithValues | (timestamp is null ? 0 : WithTimestamp));
        w.Short(values.Length);
        foreach (var value in values)
        {
            w.Bytes(value);
        }

        if (timestamp is { } micros)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, micros);
            w.Raw(bytes);
        }
    });

    private static byte[] Body(BodyOf write)
    {
        ArrayBufferWriter<byte> body = new();
        write(new BodyWriter(body));
        return body.WrittenSpan.ToArray();
    }

    private delegate void BodyOf(BodyWriter writer);
}

/// <summary>What PREPARED told: what a statement is executed by.</summary>
internal sealed record PreparedId(byte[] Id, byte[] ResultMetadataId);
