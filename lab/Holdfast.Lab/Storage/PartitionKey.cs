namespace Holdfast.Lab.Storage;

/// <summary>A partition's key and where it lies on the ring; ordered by token, then by bytes, as a scan goes.</summary>
internal readonly struct PartitionKey(byte[] bytes, long token) : IEquatable<PartitionKey>, IComparable<PartitionKey>
{
    /// <summary>The key as CQL encodes it. Not to be changed.</summary>
    public byte[] Bytes { get; } = bytes;

    public long Token { get; } = token;

    public bool Equals(PartitionKey other) => Token == other.Token && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is PartitionKey other && Equals(other);

    /// <summary>The token is already a hash.</summary>
    public override int GetHashCode() => Token.GetHashCode();

    public int CompareTo(PartitionKey other) =>
        Token != other.Token ? Token.CompareTo(other.Token) : Bytes.AsSpan().SequenceCompareTo(other.Bytes);

    public static bool operator ==(PartitionKey left, PartitionKey right) => left.Equals(right);

    public static bool operator !=(PartitionKey left, PartitionKey right) => !left.Equals(right);

    public static bool operator <(PartitionKey left, PartitionKey right) => left.CompareTo(right) < 0;

    public static bool operator >(PartitionKey left, PartitionKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartitionKey left, PartitionKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartitionKey left, PartitionKey right) => left.CompareTo(right) >= 0;
}
