using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;

namespace Holdfast.Lab.Tests.Model;

/// <summary>A request under way, and what the oracle has said of it since it came.</summary>
internal sealed class Watched(Node node, long token, ConsistencyLevel level, bool isWrite, TimeSpan from)
{
    public Node Node => node;

    public long Token => token;

    public ConsistencyLevel Level => level;

    public bool IsWrite => isWrite;

    public TimeSpan From => from;

    /// <summary>By its coordinator, as it came.</summary>
    public bool[] Believed { get; set; } = [];

    /// <summary>Null once it changed.</summary>
    public Verdict? Verdict { get; set; }
}
