using System.Buffers.Binary;
using System.Net;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cluster;

/// <summary>What a cluster is made of; the defaults are Cassandra 4.0's.</summary>
internal sealed record ClusterOptions
{
    public IReadOnlyList<DatacenterOptions> Datacenters { get; init; } = [new("datacenter1", 3)];

    public string Name { get; init; } = "Test Cluster";

    public int TokensPerNode { get; init; } = TokenAllocation.TokensPerNode;

    /// <summary>The first node's address; the others count up from it.</summary>
    public string BaseAddress { get; init; } = "127.0.1.1";

    public int Port { get; init; } = 9042;

    /// <summary>Client requests under way in one node; more are answered Overloaded.</summary>
    public int InFlightMax { get; init; } = 20_000;

    public int ConnectionsMax { get; init; } = 4_096;

    /// <summary>Null lets everybody in.</summary>
    public Credentials? Credentials { get; init; }

    public ProtocolLimits Protocol { get; init; } = ProtocolLimits.Default;

    public ServerProfile Profile { get; init; } = ServerProfile.Cassandra40;

    public MembershipTimings Membership { get; init; } = new();

    public RequestTimeouts Timeouts { get; init; } = new();

    public LatencyModel Latency { get; init; } = new();

    /// <summary>Of a node by its index.</summary>
    public IPEndPoint AddressOf(int index)
    {
        var bytes = IPAddress.Parse(BaseAddress).GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + (uint)index);
        return new IPEndPoint(new IPAddress(bytes), Port);
    }
}

/// <summary>A data centre; its nodes go round its racks.</summary>
internal sealed record DatacenterOptions(string Name, int Nodes, int Racks = 3);
