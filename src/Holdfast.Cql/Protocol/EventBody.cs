using System.Net;

namespace Holdfast.Cql.Protocol;

/// <summary>Something that the server pushed (section 4.2.6).</summary>
internal abstract record EventBody;

internal sealed record TopologyChangeEvent(string Change, IPEndPoint EndPoint) : EventBody;

internal sealed record StatusChangeEvent(bool IsUp, IPEndPoint EndPoint) : EventBody;

internal sealed record SchemaChangeEvent(string Change, string Target) : EventBody;

/// <summary>One that neither specification has.</summary>
internal sealed record UnknownEvent(string Kind) : EventBody;
