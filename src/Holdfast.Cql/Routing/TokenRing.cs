namespace Holdfast.Cql.Routing;

/// <summary>
/// Who keeps what: an immutable snapshot of the ring for one keyspace, replaced whole when the topology changes. Distinct
/// replica sets are numbered, so that evidence and probes speak of sets and never of keys.
/// </summary>
public sealed class TokenRing
{
    private readonly long[] _tokens;
    private readonly ReplicaSetId[] _setByToken;
    private readonly HostId[][] _members;
    private readonly long[] _sampleToken;

    private TokenRing(long[] tokens, ReplicaSetId[] setByToken, HostId[][] members, long[] sampleToken)
    {
        _tokens = tokens;
        _setByToken = setByToken;
        _members = members;
        _sampleToken = sampleToken;
    }

    /// <summary>A ring without hosts.</summary>
    public static TokenRing Empty { get; } = new([], [], [], []);

    /// <summary>How many distinct replica sets there are.</summary>
    public int ReplicaSets => _members.Length;

    /// <summary>Places every token's replicas as Cassandra's strategy does.</summary>
    public static TokenRing Build(IEnumerable<RingMember> members, Replication replication)
    {
        (long Token, RingMember Owner)[] ring =
        [
            .. from member in members from token in member.Tokens orderby token, member.Id select (token, member),
        ];
        ReplicaPlacement placement = new(ring.Select(entry => entry.Owner).Distinct(), replication);
        Dictionary<string, ReplicaSetId> numbers = new(StringComparer.Ordinal);
        List<HostId[]> sets = [];
        List<long> samples = [];
        ReplicaSetId[] setByToken = new ReplicaSetId[ring.Length];
        for (int i = 0; i < ring.Length; i++)
        {
            HostId[] replicas = placement.Replicas(ring, i);
            string name = string.Join(',', replicas.Order());
            if (!numbers.TryGetValue(name, out ReplicaSetId id))
            {
                id = new ReplicaSetId(sets.Count);
                numbers.Add(name, id);
                sets.Add(replicas);
                samples.Add(ring[i].Token);
            }

            setByToken[i] = id;
        }

        return new TokenRing([.. ring.Select(entry => entry.Token)], setByToken, [.. sets], [.. samples]);
    }

    /// <summary>The replica set of a token; set 0 for a ring without hosts.</summary>
    public ReplicaSetId SetOf(long token)
    {
        if (_tokens.Length == 0)
        {
            return default;
        }

        int index = Array.BinarySearch(_tokens, token);
        index = index < 0 ? ~index : index;
        return _setByToken[index == _tokens.Length ? 0 : index];
    }

    /// <summary>The members of a replica set, the first replica first; empty for a number the ring does not have.</summary>
    public ReadOnlySpan<HostId> Members(ReplicaSetId set) => set.Value < _members.Length ? _members[set.Value] : [];

    /// <summary>A token that belongs to the set: what a probe's key must hash to.</summary>
    public long SampleToken(ReplicaSetId set) => _sampleToken[set.Value];
}
