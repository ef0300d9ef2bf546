namespace Holdfast.Cql;

/// <summary>
/// The identity of a Cassandra host: the <c>host_id</c> it made for itself, never its address. A reimaged machine comes
/// back at its old address with a new one and inherits nothing.
/// </summary>
/// <param name="Value">The host's own UUID.</param>
public readonly record struct HostId(Guid Value) : IComparable<HostId>
{
    /// <inheritdoc/>
    public int CompareTo(HostId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    /// <summary>Orders hosts by identity, so that whatever lists them lists them the same way every time.</summary>
    public static bool operator <(HostId left, HostId right) => left.CompareTo(right) < 0;

    /// <summary>Orders hosts by identity.</summary>
    public static bool operator <=(HostId left, HostId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders hosts by identity.</summary>
    public static bool operator >(HostId left, HostId right) => left.CompareTo(right) > 0;

    /// <summary>Orders hosts by identity.</summary>
    public static bool operator >=(HostId left, HostId right) => left.CompareTo(right) >= 0;
}
