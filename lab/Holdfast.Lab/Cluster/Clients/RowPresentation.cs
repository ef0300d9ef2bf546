using System.Buffers.Binary;
using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>
/// A result as the client wants it: with or without its columns, a page of it. A page's state is how many rows came before:
/// the lab reads the whole result again for each page, which is right and slow.
/// </summary>
internal sealed class RowPresentation(PreparedStatement statement, QueryParameters parameters, byte[]? knownMetadata)
{
    // Read before anything is asked of a replica: a state that is none is refused to whoever sent it.
    private readonly int skip = parameters.PagingState is { } state ? Offset(state) : 0;

    public RowsResponse Present(RowSet result)
    {
        var size = parameters.PageSize is > 0 and { } page ? page : int.MaxValue;
        var rows = result.Rows;
        byte[]? next = null;
        if (skip > 0 || rows.Count - skip > size)
        {
            next = rows.Count - skip > size ? State(skip + size) : null;
            rows = [.. rows.Skip(skip).Take(size)];
        }

        var isChanged = knownMetadata is not null && !knownMetadata.AsSpan().SequenceEqual(statement.ResultMetadataId);
        return new RowsResponse(
            result.Columns, rows, parameters.SkipMetadata && !isChanged, next, isChanged ? statement.ResultMetadataId : null);
    }

    private static int Offset(byte[] state) => state.Length == sizeof(int) && BinaryPrimitives.ReadInt32BigEndian(state) is >= 0 and var offset
        ? offset
        : throw CqlException.Protocol("Invalid value for the paging state");

    private static byte[] State(int offset)
    {
        var state = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(state, offset);
        return state;
    }
}
