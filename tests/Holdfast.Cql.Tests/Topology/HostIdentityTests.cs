using System.Net;
using Holdfast.Cql.Health;
using Holdfast.Cql.Tests.Scripted;
using Xunit;

namespace Holdfast.Cql.Tests.Topology;

/// <summary>A host is who it says it is, wherever it is: what is known of it follows its id, and never its address.</summary>
public sealed class HostIdentityTests
{
    private static readonly IPEndPoint s_old = ScriptedCluster.At("10.0.0.2");
    private static readonly IPEndPoint s_new = ScriptedCluster.At("10.0.0.9");

    [Fact]
    public async Task A_host_at_another_address_is_followed_there_and_keeps_its_state()
    {
        await using ScriptedCluster cluster = await StartAsync();
        Guid moving = cluster.Hosts[1].Id;
        long served = Served(cluster, moving);
        Assert.True(served > 0);
        Assert.True(cluster.Client.Drain("10.0.0.2"));

        cluster.Hosts[1] = cluster.Hosts[1] with { EndPoint = s_new };
        cluster.Servers.Push(BodyBytesOf("TOPOLOGY_CHANGE", "NEW_NODE", s_new));
        cluster.Run(3);

        CoordinatorStatus moved = cluster.Coordinator(moving)!;
        Assert.Equal((s_new.ToString(), CoordinatorState.Draining, served), (moved.Address, moved.State, moved.Served));
        Assert.Contains(s_new, cluster.Servers.Open);
        Assert.DoesNotContain(s_old, cluster.Servers.Open);
        Assert.Equal(2, cluster.Client.Coordinators().Count);
    }

    /// <summary>Whatever its peers still say of the one who was there before.</summary>
    [Fact]
    public async Task A_reimaged_host_at_the_same_address_is_a_new_host_and_inherits_nothing()
    {
        await using ScriptedCluster cluster = await StartAsync();
        ScriptedCluster.Host former = cluster.Hosts[1];
        Assert.True(cluster.Client.Drain("10.0.0.2"));

        cluster.Hosts[1] = former with { Id = new Guid(99, 0, 0, new byte[8]) };
        cluster.Remnants.Add(former);
        cluster.Servers.Drop(s_old);
        cluster.Run(15);

        Assert.Null(cluster.Coordinator(former.Id));
        CoordinatorStatus reimaged = cluster.Coordinator(cluster.Hosts[1].Id)!;
        Assert.Equal((s_old.ToString(), 0, 0), (reimaged.Address, reimaged.Served, reimaged.Failed));
        Assert.NotEqual(CoordinatorState.Draining, reimaged.State);
        Assert.Null(reimaged.LastContradiction);

        // Reserved for whom the operator meant: the new host takes traffic.
        await ReadAllAsync(cluster);
        Assert.True(Served(cluster, cluster.Hosts[1].Id) > 0);
    }

    private static async Task<ScriptedCluster> StartAsync()
    {
        ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2");
        cluster.Start();
        await ReadAllAsync(cluster);
        return cluster;
    }

    private static async Task ReadAllAsync(ScriptedCluster cluster)
    {
        for (byte key = 0; key < 8; key++)
        {
            Assert.Equal(CqlOutcome.Success, (await cluster.ReadAsync(key)).Outcome);
        }
    }

    private static long Served(ScriptedCluster cluster, Guid host) => cluster.Coordinator(host)!.Served;

    private static byte[] BodyBytesOf(string kind, string change, IPEndPoint endPoint) =>
        new BodyBytes().Text(kind).Text(change).EndPoint(endPoint).ToArray();
}
