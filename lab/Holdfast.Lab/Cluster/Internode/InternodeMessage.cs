namespace Holdfast.Lab.Cluster.Internode;

/// <summary>What nodes say to each other. Faults pick messages by verb, as a broken connection takes some and not others.</summary>
internal abstract record InternodeMessage
{
    public abstract Verb Verb { get; }
}

/// <summary>Cassandra's names.</summary>
internal enum Verb
{
    GossipDigestSyn,
    GossipDigestAck,
    GossipDigestAck2,
    GossipShutdown,
    EchoRequest,
    EchoResponse,
    Mutation,
    MutationResponse,
    Read,
    ReadResponse,
    ReadRepair,
    ReadRepairResponse,
    Hint,
    HintResponse,
    SchemaPush,
    SchemaPull,
    Truncate,
    TruncateResponse,
    RangeRead,
    RangeReadResponse,
    RequestFailure,
}
