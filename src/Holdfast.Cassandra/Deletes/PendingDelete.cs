namespace Holdfast.Cassandra.Deletes;

/// <summary>A delete that was answered and has not reached every data centre yet. Its key is a credential.</summary>
/// <param name="Key">The key's bytes.</param>
/// <param name="Timestamp">When it was asked for: every repeat carries it, so that it never beats a later write.</param>
/// <param name="ExpiresAt">When no row that it could delete is alive any more.</param>
internal sealed record PendingDelete(byte[] Key, long Timestamp, DateTimeOffset ExpiresAt)
{
    /// <summary>What one entry takes beside its key, about: for the bound in bytes.</summary>
    private const int Overhead = 128;

    public int Size => Key.Length + Overhead;

    public override string ToString() => nameof(PendingDelete); // a key is never printed
}
