namespace Holdfast.Cql.Protocol;

/// <summary>How a coordinator knows a prepared statement.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ResultMetadataId">The id of the result's metadata (v5); null in v4.</param>
/// <param name="ResultColumns">How many columns its rows have.</param>
internal sealed record PreparedId(byte[] Id, byte[]? ResultMetadataId, int ResultColumns);
