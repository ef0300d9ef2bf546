namespace Holdfast.Lab.Protocol.Types;

/// <summary>
/// This folder: the types of CQL, as metadata describes them.
/// </summary>
internal abstract record CqlType
{
    public static readonly NativeType Ascii = new(NativeKind.Ascii);
    public static readonly NativeType Bigint = new(NativeKind.Bigint);
    public static readonly NativeType Blob = new(NativeKind.Blob);
    public static readonly NativeType Boolean = new(NativeKind.Boolean);
    public static readonly NativeType Double = new(NativeKind.Double);
    public static readonly NativeType Inet = new(NativeKind.Inet);
    public static readonly NativeType Int = new(NativeKind.Int);
    public static readonly NativeType Text = new(NativeKind.Text);
    public static readonly NativeType Timestamp = new(NativeKind.Timestamp);
    public static readonly NativeType Timeuuid = new(NativeKind.Timeuuid);
    public static readonly NativeType Uuid = new(NativeKind.Uuid);

    /// <summary>Set on a collection whose elements cannot be changed one by one.</summary>
    public virtual bool IsFrozen => false;

    public virtual bool IsCollection => false;

    /// <summary>How it is written in CQL.</summary>
    public sealed override string ToString() => IsFrozen ? $"frozen<{Describe()}>" : Describe();

    public static SetType SetOf(CqlType element) => new(element, Frozen: false);

    public static MapType MapOf(CqlType key, CqlType value, bool frozen = false) => new(key, value, frozen);

    public static ListType ListOf(CqlType element, bool frozen = false) => new(element, frozen);

    protected abstract string Describe();
}

internal sealed record NativeType(NativeKind Kind) : CqlType
{
    protected override string Describe() => Kind.ToString().ToLowerInvariant();
}

internal sealed record ListType(CqlType Element, bool Frozen) : CqlType
{
    public override bool IsFrozen => Frozen;

    public override bool IsCollection => true;

    protected override string Describe() => $"list<{Element}>";
}

internal sealed record SetType(CqlType Element, bool Frozen) : CqlType
{
    public override bool IsFrozen => Frozen;

    public override bool IsCollection => true;

    protected override string Describe() => $"set<{Element}>";
}

internal sealed record MapType(CqlType Key, CqlType Value, bool Frozen) : CqlType
{
    public override bool IsFrozen => Frozen;

    public override bool IsCollection => true;

    protected override string Describe() => $"map<{Key}, {Value}>";
}

/// <summary>Always frozen.</summary>
internal sealed record TupleType(IReadOnlyList<CqlType> Elements) : CqlType
{
    public override bool IsFrozen => true;

    public bool Equals(TupleType? other) => other is not null && Elements.SequenceEqual(other.Elements);

    public override int GetHashCode() => Elements.Count;

    protected override string Describe() => $"tuple<{string.Join(", ", Elements)}>";
}
