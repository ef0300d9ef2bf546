namespace Holdfast.Lab.Cluster.Topology;

/// <summary>A node as a ring knows it. Nodes are named by their index in the cluster, which they keep for life.</summary>
internal sealed record RingMember(int Node, string Datacenter, string Rack, IReadOnlyList<long> Tokens);
