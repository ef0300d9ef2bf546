using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>What a request asks for, as far as it can be told before it is served.</summary>
/// <param name="Level">Its own.</param>
/// <param name="Replication">Of the table it is about; null when it is about none.</param>
internal readonly record struct RequestFacts(ConsistencyLevel Level, Replication? Replication)
{
    private static readonly Replication Usual = Replication.Simple(3);

    /// <summary>How many answers the request needs at a coordinator in this data centre.</summary>
    public int BlockFor(string datacenter) => ConsistencyRules.BlockFor(
        Level switch
        {
            ConsistencyLevel.Serial => ConsistencyLevel.Quorum,
            ConsistencyLevel.LocalSerial => ConsistencyLevel.LocalQuorum,
            var level => level,
        },
        Replication ?? Usual,
        datacenter);
}

/// <summary>What an error that nothing caused should say, so that it looks like one that something did.</summary>
/// <param name="Level">The request's own.</param>
/// <param name="BlockFor">What it needs.</param>
/// <param name="Node">Who coordinates it.</param>
internal readonly record struct FailureFacts(ConsistencyLevel Level, int BlockFor, int Node)
{
    /// <summary>One too few.</summary>
    public int Received => BlockFor - 1;
}
