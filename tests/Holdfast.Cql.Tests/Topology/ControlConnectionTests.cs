using System.Net;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Tests.Scripted;
using Xunit;

namespace Holdfast.Cql.Tests.Topology;

/// <summary>The connection on which the cluster says what happens in it: it moves when its node is gone, and what is said on it is looked at.</summary>
public sealed class ControlConnectionTests
{
    [Fact]
    public async Task When_its_node_is_gone_another_one_is_asked_for_events_and_for_the_topology()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2", "10.0.0.3");
        cluster.Start();
        IPEndPoint first = Assert.Single(Registered(cluster, 0));
        int before = cluster.Servers.Requests.Count;

        ScriptedCluster.Host gone = cluster.Hosts.Single(host => host.EndPoint.Equals(first));
        cluster.Hosts.Remove(gone);
        cluster.Remnants.Add(gone);
        cluster.Servers.Drop(first);
        cluster.Run(5);

        IPEndPoint next = Assert.Single(Registered(cluster, before));
        Assert.NotEqual(first, next);
        Assert.Contains(cluster.Servers.Requests.Skip(before), request => request.At.Equals(next) && Reads(request));

        // And what is said there is heard.
        before = cluster.Servers.Requests.Count;
        cluster.Servers.Push(new BodyBytes().Text("TOPOLOGY_CHANGE").Text("NEW_NODE").EndPoint(ScriptedCluster.At("10.0.0.4")).ToArray());
        cluster.Run(1);
        Assert.Contains(cluster.Servers.Requests.Skip(before), Reads);
    }

    [Fact]
    public async Task A_node_that_comes_is_a_coordinator_within_a_second_of_its_event()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2");
        cluster.Start();
        cluster.Hosts.Add(new ScriptedCluster.Host(new Guid(9, 0, 0, new byte[8]), ScriptedCluster.At("10.0.0.9")));
        cluster.Servers.Push(new BodyBytes().Text("TOPOLOGY_CHANGE").Text("NEW_NODE").EndPoint(ScriptedCluster.At("10.0.0.9")).ToArray());
        cluster.Run(1);
        Assert.Contains(cluster.Client.Coordinators(), coordinator => coordinator.Address == "10.0.0.9:9042");
        Assert.Contains(ScriptedCluster.At("10.0.0.9"), cluster.Servers.Open);
    }

    /// <summary>It may be true or not: the node itself is asked, at once, and nobody else.</summary>
    [Fact]
    public async Task Of_whom_it_is_said_that_he_is_down_an_answer_is_asked_at_once()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2", "10.0.0.3");
        cluster.Start();
        int before = cluster.Servers.Requests.Count;
        cluster.Servers.Push(Status("DOWN", "10.0.0.2"));
        cluster.Run(0.2);
        Assert.Equal(
            [ScriptedCluster.At("10.0.0.2")],
            cluster.Servers.Requests.Skip(before).Where(request => request.Opcode == Opcode.Options).Select(request => request.At).Distinct());
        Assert.Contains(ScriptedCluster.At("10.0.0.2"), cluster.Servers.Open);
        Assert.Equal(CqlOutcome.Success, (await cluster.ReadAsync()).Outcome);
    }

    [Fact]
    public async Task Of_whom_it_is_said_that_he_is_up_a_connection_is_tried_at_once_however_long_he_was_away()
    {
        await using ScriptedCluster cluster = new("10.0.0.1", "10.0.0.2", "10.0.0.3");
        cluster.Start();
        IPEndPoint control = Assert.Single(Registered(cluster, 0));
        ScriptedCluster.Host away = cluster.Hosts.First(host => !host.EndPoint.Equals(control));
        cluster.Hosts.Remove(away);
        cluster.Remnants.Add(away);
        cluster.Servers.Drop(away.EndPoint);
        cluster.Run(120); // the pauses between attempts are as long as they get
        Assert.DoesNotContain(away.EndPoint, cluster.Servers.Open);

        cluster.Remnants.Remove(away);
        cluster.Hosts.Add(away);
        cluster.Run(0.05);
        Assert.DoesNotContain(away.EndPoint, cluster.Servers.Open);
        cluster.Servers.Push(Status("UP", away.EndPoint.Address.ToString()));
        cluster.Run(0.5);
        Assert.Contains(away.EndPoint, cluster.Servers.Open);
    }

    private static byte[] Status(string what, string address) =>
        new BodyBytes().Text("STATUS_CHANGE").Text(what).EndPoint(ScriptedCluster.At(address)).ToArray();

    private static IEnumerable<IPEndPoint> Registered(ScriptedCluster cluster, int since) =>
        cluster.Servers.Requests.Skip(since).Where(request => request.Opcode == Opcode.Register).Select(request => request.At);

    private static bool Reads(ScriptedRequest request) =>
        request.Opcode == Opcode.Query && request.Cql.Contains("system.peers", StringComparison.Ordinal);
}
