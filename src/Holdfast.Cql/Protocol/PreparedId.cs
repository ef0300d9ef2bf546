namespace Holdfast.Cql.Protocol;

/// <summary>How one coordinator knows a prepared statement. Not thread-safe; it belongs to its connection.</summary>
/// <param name="id">Its id.</param>
/// <param name="resultMetadataId">Which description of the result is known here (v5); null in v4.</param>
/// <param name="resultColumns">How many columns its rows have; zero when it has none, or when that is not known.</param>
internal sealed class PreparedId(byte[] id, byte[]? resultMetadataId, int resultColumns)
{
    public byte[] Id { get; } = id;

    public byte[]? ResultMetadataId { get; private set; } = resultMetadataId;

    public int ResultColumns { get; private set; } = resultColumns;

    /// <summary>v5: an answer says that the result looks otherwise now. The next request names the new description, and gets rows alone again.</summary>
    public void Learn(byte[] resultMetadataId, int resultColumns)
    {
        ResultMetadataId = resultMetadataId;
        ResultColumns = resultColumns;
    }
}
