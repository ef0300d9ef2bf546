using System.Net;
using Holdfast.Lab.Cql.Planning;

namespace Holdfast.Lab.Cql.SystemTables;

/// <summary>What a node says of one node of the cluster, itself or a peer.</summary>
/// <param name="InternodeAddress">Where its peers reach it.</param>
/// <param name="InternodePort">On which port.</param>
/// <param name="NativeAddress">Where clients reach it.</param>
/// <param name="NativePort">On which port.</param>
/// <param name="Datacenter">Its data centre.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="HostId">Its identity; new after a reimage.</param>
/// <param name="SchemaVersion">Of its schema, as far as it is known.</param>
/// <param name="Tokens">What it owns of the ring.</param>
/// <param name="ReleaseVersion">Which Cassandra it says it is.</param>
internal sealed record NodeIdentity(
    IPAddress InternodeAddress,
    int InternodePort,
    IPAddress NativeAddress,
    int NativePort,
    string Datacenter,
    string Rack,
    Guid HostId,
    Guid SchemaVersion,
    IReadOnlyList<long> Tokens,
    string ReleaseVersion);

/// <summary>One client's connection, as its node knows it.</summary>
/// <param name="Remote">Where it comes from.</param>
/// <param name="Stage">How far it has come.</param>
/// <param name="DriverName">As the driver calls itself, or null.</param>
/// <param name="DriverVersion">The same.</param>
/// <param name="ProtocolVersion">4 or 5; 0 before the first message.</param>
/// <param name="Requests">Since it came.</param>
/// <param name="User">Who it is.</param>
/// <param name="IsEncrypted">Through TLS.</param>
internal sealed record ClientIdentity(
    IPEndPoint Remote, string Stage, string? DriverName, string? DriverVersion, int ProtocolVersion, long Requests, string User, bool IsEncrypted);

/// <summary>How one node sees the cluster: what its system tables are made of.</summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="Local">The node itself.</param>
/// <param name="Peers">The others, in the order their rows are to have.</param>
/// <param name="Profile">Which Cassandra it says it is.</param>
/// <param name="GossipGeneration">The second in which it started.</param>
/// <param name="IsBootstrapped">Whether it has joined the ring.</param>
/// <param name="Clients">Who is connected.</param>
internal sealed record NodeView(
    string ClusterName,
    NodeIdentity Local,
    IReadOnlyList<NodeIdentity> Peers,
    ServerProfile Profile,
    int GossipGeneration,
    bool IsBootstrapped,
    IReadOnlyList<ClientIdentity> Clients);
