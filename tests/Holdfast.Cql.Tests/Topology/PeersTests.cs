using Holdfast.Cql.Tests.Scripted;
using Xunit;

namespace Holdfast.Cql.Tests.Topology;

/// <summary>Who is in the cluster, from system.peers_v2, and from system.peers where that is not there (before 4.0).</summary>
public sealed class PeersTests
{
    private static readonly byte[] s_unconfigured = BodyBytes.Of(0x2200).Text("unconfigured table peers_v2").ToArray();
    private static readonly byte[] s_overloaded = BodyBytes.Of(0x1001).Text("later").ToArray();

    [Fact]
    public async Task Peers_are_found_in_peers_v2()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2");
        cluster.Start();

        Assert.Equal(["10.0.0.1:9042", "10.0.0.2:9042"], Addresses(cluster));
        Assert.DoesNotContain(cluster.Servers.Requests, request => Asks(request, "system.peers"));
    }

    [Fact]
    public async Task Without_peers_v2_they_are_found_in_peers_at_the_configured_port()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2") { PeersV2Refusal = s_unconfigured };
        cluster.Start();

        Assert.Equal(["10.0.0.1:9042", "10.0.0.2:9042"], Addresses(cluster));
        Assert.Equal(CqlOutcome.Success, (await cluster.ReadAsync()).Outcome);
    }

    /// <summary>A node that does not answer says nothing about which tables it has: another connection is made.</summary>
    [Fact]
    public async Task An_error_that_passes_is_not_taken_for_a_table_that_is_missing()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2") { PeersV2Refusal = s_overloaded };
        cluster.Start();
        Assert.Empty(Addresses(cluster));
        Assert.DoesNotContain(cluster.Servers.Requests, request => Asks(request, "system.peers"));

        cluster.PeersV2Refusal = null;
        cluster.Run(5);
        Assert.Equal(["10.0.0.1:9042", "10.0.0.2:9042"], Addresses(cluster));
    }

    private static bool Asks(ScriptedRequest request, string table) =>
        request.Opcode == Cql.Protocol.Opcode.Query && request.Cql.EndsWith(table, StringComparison.Ordinal);

    private static string[] Addresses(ScriptedCluster cluster) =>
        [.. cluster.Client.Coordinators().Select(coordinator => coordinator.Address).Order(StringComparer.Ordinal)];
}
