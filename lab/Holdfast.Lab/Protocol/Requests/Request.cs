namespace Holdfast.Lab.Protocol.Requests;

/// <summary>What a client asks (section 4.1).</summary>
internal abstract record Request(Opcode Opcode);

internal sealed record StartupRequest(IReadOnlyDictionary<string, string> Options) : Request(Opcode.Startup);

/// <summary>The token is a credential: it is not printed.</summary>
internal sealed record AuthResponseRequest(byte[]? Token) : Request(Opcode.AuthResponse)
{
    public override string ToString() => nameof(AuthResponseRequest);
}

internal sealed record OptionsRequest() : Request(Opcode.Options);

internal sealed record QueryRequest(string Query, QueryParameters Parameters) : Request(Opcode.Query);

/// <param name="Query">The statement.</param>
/// <param name="Keyspace">For v5: the keyspace it is prepared in, instead of the connection's.</param>
internal sealed record PrepareRequest(string Query, string? Keyspace) : Request(Opcode.Prepare);

/// <param name="Id">Which statement.</param>
/// <param name="ResultMetadataId">For v5: which metadata the client has of its result.</param>
/// <param name="Parameters">How to execute it.</param>
internal sealed record ExecuteRequest(byte[] Id, byte[]? ResultMetadataId, QueryParameters Parameters) : Request(Opcode.Execute);

/// <summary>Read as far as needed to refuse it politely.</summary>
internal sealed record BatchRequest() : Request(Opcode.Batch);

internal sealed record RegisterRequest(IReadOnlyList<string> EventTypes) : Request(Opcode.Register);

/// <param name="Consistency">How many replicas.</param>
/// <param name="Values">For the bind markers.</param>
/// <param name="Names">Names of those values, or null.</param>
/// <param name="SkipMetadata">The client knows the result's columns.</param>
/// <param name="PageSize">Rows a page, or null for all.</param>
/// <param name="PagingState">Where the last page ended, or null.</param>
/// <param name="SerialConsistency">For conditional writes.</param>
/// <param name="Timestamp">The write's timestamp in microseconds, or null for the coordinator's.</param>
/// <param name="Keyspace">For v5: the keyspace in which to execute, instead of the connection's.</param>
/// <param name="NowInSeconds">For v5: the time by which values expire, or null for the coordinator's.</param>
internal sealed record QueryParameters(
    ConsistencyLevel Consistency,
    IReadOnlyList<BoundValue> Values,
    IReadOnlyList<string>? Names,
    bool SkipMetadata,
    int? PageSize,
    byte[]? PagingState,
    ConsistencyLevel? SerialConsistency,
    long? Timestamp,
    string? Keyspace,
    int? NowInSeconds);
