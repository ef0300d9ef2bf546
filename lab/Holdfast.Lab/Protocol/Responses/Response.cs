using System.Net;

namespace Holdfast.Lab.Protocol.Responses;

/// <summary>What a server answers (section 4.2).</summary>
internal abstract record Response(Opcode Opcode);

internal sealed record ReadyResponse() : Response(Opcode.Ready);

internal sealed record AuthenticateResponse(string Authenticator) : Response(Opcode.Authenticate);

/// <summary>PasswordAuthenticator never asks twice; other authenticators do.</summary>
internal sealed record AuthChallengeResponse(byte[]? Token) : Response(Opcode.AuthChallenge);

internal sealed record AuthSuccessResponse() : Response(Opcode.AuthSuccess);

internal sealed record SupportedResponse(IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Options) : Response(Opcode.Supported);

internal sealed record VoidResponse() : Response(Opcode.Result);

internal sealed record SetKeyspaceResponse(string Keyspace) : Response(Opcode.Result);

/// <param name="Change">CREATED, UPDATED or DROPPED.</param>
/// <param name="Keyspace">Which keyspace.</param>
/// <param name="Table">Which table, or null for the keyspace itself.</param>
internal sealed record SchemaChangeResponse(string Change, string Keyspace, string? Table) : Response(Opcode.Result);

/// <param name="Columns">What the columns are.</param>
/// <param name="Rows">Values of each row.</param>
/// <param name="SkipMetadata">Leave the columns out: the client knows them.</param>
/// <param name="PagingState">Where the next page begins, or null when there is none.</param>
/// <param name="NewMetadataId">For v5: the columns are others than the client thought; implies that they are not left out.</param>
internal sealed record RowsResponse(
    IReadOnlyList<ColumnSpec> Columns,
    IReadOnlyList<byte[]?[]> Rows,
    bool SkipMetadata = false,
    byte[]? PagingState = null,
    byte[]? NewMetadataId = null) : Response(Opcode.Result);

/// <param name="Id">The statement's id.</param>
/// <param name="ResultMetadataId">For v5: the id of its result's columns.</param>
/// <param name="Variables">What its bind markers are.</param>
/// <param name="PartitionKeyIndexes">Which of them make up the partition key.</param>
/// <param name="ResultColumns">What its result's columns are.</param>
internal sealed record PreparedResponse(
    byte[] Id,
    byte[] ResultMetadataId,
    IReadOnlyList<ColumnSpec> Variables,
    IReadOnlyList<short> PartitionKeyIndexes,
    IReadOnlyList<ColumnSpec> ResultColumns) : Response(Opcode.Result);

/// <param name="Change">NEW_NODE or REMOVED_NODE.</param>
/// <param name="Address">Where clients reach the node.</param>
internal sealed record TopologyChangeEvent(string Change, IPEndPoint Address) : Response(Opcode.Event);

/// <param name="Change">UP or DOWN.</param>
/// <param name="Address">Where clients reach the node.</param>
internal sealed record StatusChangeEvent(string Change, IPEndPoint Address) : Response(Opcode.Event);

internal sealed record SchemaChangeEvent(string Change, string Keyspace, string? Table) : Response(Opcode.Event);
