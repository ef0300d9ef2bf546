namespace Holdfast.Lab.Protocol;

/// <summary>A value for a bind marker: bytes, null, or not set (which leaves a column as it is).</summary>
internal readonly struct BoundValue
{
    private BoundValue(byte[]? bytes, bool isUnset)
    {
        Bytes = bytes;
        IsUnset = isUnset;
    }

    public static BoundValue Null => default;

    public static BoundValue Unset => new(null, isUnset: true);

    public byte[]? Bytes { get; }

    public bool IsUnset { get; }

    public bool IsNull => Bytes is null && !IsUnset;

    /// <summary>Takes the bytes, which nobody changes afterwards: they become the stored value.</summary>
    public static BoundValue Of(byte[]? bytes) => new(bytes, isUnset: false);
}
