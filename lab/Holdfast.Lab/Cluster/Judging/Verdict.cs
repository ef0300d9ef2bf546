using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>Whether a coordinator could serve one kind of request, in truth and not in anybody's opinion.</summary>
internal enum Verdict
{
    /// <summary>Its view has enough replicas and they answer: a request that fails now was failed by its client.</summary>
    Serves,

    /// <summary>Its own view has too few: Unavailable, before anything is sent.</summary>
    Refuses,

    /// <summary>Its view has enough, but too few of them answer: a timeout, or a failure that a replica reports.</summary>
    Fails,

    /// <summary>No client gets an answer from it at all: down, not open yet, paused, half-open.</summary>
    Unreachable,

    /// <summary>It depends on a draw: lost packets, a share of refusals, slowness.</summary>
    Uncertain,
}

/// <summary>What a verdict depends on besides the coordinator and the moment.</summary>
internal readonly record struct Question(long Token, Replication Replication, ConsistencyLevel Level, bool IsWrite);

/// <param name="From">The first moment at which the verdict held, or the first that was asked for.</param>
/// <param name="To">The last one that was asked for, or at which another began.</param>
/// <param name="Verdict">What held.</param>
internal readonly record struct VerdictSpan(TimeSpan From, TimeSpan To, Verdict Verdict);
