using System.Buffers.Binary;
using System.Net;
using System.Text;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Tests.Scripted;

/// <summary>A request as a server receives it.</summary>
internal sealed record ScriptedRequest(IPEndPoint At, byte Version, byte Flags, short Stream, Opcode Opcode, byte[] Body)
{
    /// <summary>The text of a QUERY or PREPARE.</summary>
    public string Cql => Encoding.UTF8.GetString(Body.AsSpan(4, BinaryPrimitives.ReadInt32BigEndian(Body)));
}
