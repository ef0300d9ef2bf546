using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Holdfast.Insight.Quota;

namespace Holdfast.Insight.Workload;

/// <summary>
/// From a namespace's bytes to what is counted of it. A lookup hashes the bytes, compares them once and takes no lock: the table is
/// replaced whole when a namespace is added, and never shrinks.
/// </summary>
internal sealed class Namespaces
{
    private const int Slots = 256; // a quarter full at most, so that a search is short
    private const ulong Mixer = 0x9e3779b97f4a7c15;

    private readonly Lock _lock = new();
    private readonly NamespaceCandidates _candidates = new();
    private readonly KeyedHash _hash;
    private readonly ulong _seed;
    private readonly QuotaOptions _quota;
    private Table _table = new(new Entry?[Slots], []);

    /// <param name="quota">Whoever has a limit of its own has been named by the operator, and is shown from the start.</param>
    /// <param name="hash">For what is not shown.</param>
    public Namespaces(QuotaOptions quota, KeyedHash hash)
    {
        _quota = quota;
        HasQuotas = quota.Namespaces.Count > 0 || !quota.Default.IsNone;
        _hash = hash;
        _seed = hash.Of("namespaces"u8);
        None = new NamespaceCounts("none", quota.Of("none", isShared: true));
        Other = new NamespaceCounts("other", quota.Of("other", isShared: true));
        foreach (string name in quota.Namespaces.Keys.Order(StringComparer.Ordinal))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            if (WorkloadOptions.IsShowable(bytes) && !IsFull)
            {
                Add(bytes);
            }
        }
    }

    /// <summary>True when some namespace has a limit, or may come to have one.</summary>
    public bool HasQuotas { get; }

    /// <summary>Of keys without a namespace.</summary>
    public NamespaceCounts None { get; }

    /// <summary>Of all that have no name here.</summary>
    public NamespaceCounts Other { get; }

    /// <summary>All, those without a name last.</summary>
    public IEnumerable<NamespaceCounts> All => Volatile.Read(ref _table).Named.Append(None).Append(Other);

    private bool IsFull => _table.Named.Count >= WorkloadOptions.NamespacesMax;

    /// <summary>Looks; a namespace without a name stays without.</summary>
    public NamespaceCounts Find(ReadOnlySpan<byte> space)
    {
        if (space.IsEmpty)
        {
            return None;
        }

        ulong hash = Hash(space);
        Entry?[] entries = Volatile.Read(ref _table).Entries;
        for (uint at = (uint)(hash >> 56); entries[at] is { } entry; at = (at + 1) % Slots)
        {
            if (entry.Hash == hash && space.SequenceEqual(entry.Bytes))
            {
                return entry.Counts;
            }
        }

        return Other;
    }

    /// <summary>A key was found or written in a namespace that has no name: the eighth gives it one, if there is room and it can be shown.</summary>
    public NamespaceCounts Saw(ReadOnlySpan<byte> space, ulong key)
    {
        if (Volatile.Read(ref _table).Named.Count >= WorkloadOptions.NamespacesMax || !WorkloadOptions.IsShowable(space))
        {
            return Other;
        }

        lock (_lock)
        {
            NamespaceCounts found = Find(space);
            return !ReferenceEquals(found, Other) || IsFull || !_candidates.Saw(_hash.Of(space), key) ? found : Add(space.ToArray());
        }
    }

    private NamespaceCounts Add(byte[] space)
    {
        string name = Encoding.ASCII.GetString(space);
        NamespaceCounts counts = new(name, _quota.Of(name, isShared: false));
        ulong hash = Hash(space);
        Entry?[] entries = [.. _table.Entries];
        uint at = (uint)(hash >> 56);
        while (entries[at] is not null)
        {
            at = (at + 1) % Slots;
        }

        entries[at] = new Entry(hash, space, counts);
        Volatile.Write(ref _table, new Table(entries, [.. _table.Named.Append(counts).OrderBy(named => named.Name, StringComparer.Ordinal)]));
        return counts;
    }

    /// <summary>Fast, and not more: whoever makes namespaces collide makes searches of 64 comparisons at most.</summary>
    private ulong Hash(ReadOnlySpan<byte> space)
    {
        ulong hash = _seed ^ ((ulong)space.Length * Mixer);
        for (; space.Length >= 8; space = space[8..])
        {
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(space)) * Mixer, 29);
        }

        foreach (byte one in space)
        {
            hash = (hash ^ one) * Mixer;
        }

        return (hash ^ (hash >> 32)) * Mixer;
    }

    private sealed record Table(Entry?[] Entries, IReadOnlyList<NamespaceCounts> Named);

    private sealed record Entry(ulong Hash, byte[] Bytes, NamespaceCounts Counts);
}
