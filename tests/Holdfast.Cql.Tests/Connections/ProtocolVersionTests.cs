using Holdfast.Cql.Protocol;
using Holdfast.Cql.Tests.Scripted;
using Xunit;

namespace Holdfast.Cql.Tests.Connections;

/// <summary>v5 is offered, and v4 spoken where v5 is refused; the beta flag is never set.</summary>
public sealed class ProtocolVersionTests
{
    private const byte FlagUseBeta = 0x10;

    [Fact]
    public async Task A_cluster_of_v5_is_spoken_to_in_v5()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2");
        cluster.Start();

        Assert.Equal((CqlOutcome.Success, null), await OutcomeAsync(cluster));
        Assert.All(cluster.Servers.Requests, request => Assert.Equal(5, request.Version));
    }

    [Fact]
    public async Task A_cluster_that_refuses_v5_is_spoken_to_in_v4_after_one_question()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2");
        cluster.Servers.VersionMax = _ => 4;
        cluster.Start();

        Assert.Equal((CqlOutcome.Success, null), await OutcomeAsync(cluster));
        ScriptedRequest refused = Assert.Single(cluster.Servers.Requests, request => request.Version == 5);
        Assert.Equal(Opcode.Startup, refused.Opcode);
        Assert.Equal(2, cluster.Client.Coordinators().Count(coordinator => coordinator.Trouble is null));
        Assert.All(cluster.Servers.Requests, request => Assert.Equal(0, request.Flags & FlagUseBeta));
    }

    /// <summary>A rolling upgrade: the control connection's node knows v5, another one does not yet.</summary>
    [Fact]
    public async Task A_node_that_refuses_v5_alone_is_spoken_to_in_v4_alone()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2");
        cluster.Servers.VersionMax = at => at.Equals(ScriptedCluster.At("10.0.0.2")) ? 4 : 5;
        cluster.Start();
        for (byte key = 0; key < 8; key++)
        {
            Assert.Equal(CqlOutcome.Success, (await cluster.ReadAsync(key)).Outcome);
        }

        ILookup<string, byte> versions = cluster.Servers.Requests.Where(r => r.Opcode == Opcode.Execute).ToLookup(r => r.At.Address.ToString(), r => r.Version);
        Assert.All(versions["10.0.0.1"], version => Assert.Equal(5, version));
        Assert.All(versions["10.0.0.2"], version => Assert.Equal(4, version));
        Assert.Equal(2, versions.Count);
    }

    private static async Task<(CqlOutcome Outcome, string? Reason)> OutcomeAsync(ScriptedCluster cluster)
    {
        CqlResult result = await cluster.ReadAsync();
        result.Rows?.Dispose();
        return (result.Outcome, result.Reason);
    }
}
