using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests;

public sealed class SimulatedLabTests(ITestOutputHelper output)
{
    private const int RequestsPerSecond = 5_000;

    [Fact]
    public void A_minute_of_thousands_of_requests_a_second_passes_much_faster_than_a_minute()
    {
        var lab = new SimulatedLab(1, new ClusterOptions { Datacenters = [new("eqiad", 3), new("codfw", 3)] });
        var replication = Replication.Network([new("eqiad", 3), new("codfw", 3)]);
        var question = new Question(0, replication, ConsistencyLevel.LocalQuorum, IsWrite: false);
        var clients = lab.Cluster.Nodes.Take(3).Select(n => new WireClient(lab.Clients, n.Address)).ToList();
        lab.Scheduler.RunFor(TimeSpan.FromMilliseconds(10));
        Do(clients[0].Startup);
        Do(clients[1].Startup);
        Do(clients[2].Startup);
        Do(() => clients[0].Query(
            "CREATE KEYSPACE sessions WITH replication = {'class': 'NetworkTopologyStrategy', 'eqiad': 3, 'codfw': 3}"));
        Do(() => clients[0].Query("CREATE TABLE sessions.values (key text PRIMARY KEY, value blob)"));
        var ids = clients.Select(c =>
        {
            var asked = c.Prepare("SELECT value FROM sessions.values WHERE key = ?");
            lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
            return c.AnswerTo(asked)!.PreparedId;
        }).ToList();
        clients.ForEach(c => c.Frames.Clear());
        lab.Fault("rejoin-blind", "codfw-1");

        var (sent, from, end) = (0, lab.Scheduler.Now, lab.Scheduler.Now + TimeSpan.FromMinutes(1));
        var started = TimeProvider.System.GetTimestamp();
        Send();
        lab.Scheduler.RunUntil(end + TimeSpan.FromSeconds(10));
        var real = TimeProvider.System.GetElapsedTime(started);

        output.WriteLine($"{lab.Scheduler.EventsRun / sent} events a request, {sent} requests in 60 s, in {real.TotalSeconds:F1} s: {TimeSpan.FromSeconds(70) / real:F0} times real time");
        Assert.Equal(sent, clients.Sum(c => c.Frames.Count(f => f.Opcode == 0x08)));
        Assert.True(lab.Verdicts.AnyServesThroughout("eqiad", question, from, end));
        Assert.InRange(real, TimeSpan.Zero, TimeSpan.FromSeconds(60));

        void Send()
        {
            var client = sent % clients.Count;
            clients[client].Execute(ids[client], 6, $"key {sent % 1_000}");
            sent++;
            if (lab.Scheduler.Now < end)
            {
                lab.Scheduler.After(TimeSpan.FromSeconds(1.0 / RequestsPerSecond), Send);
            }
        }

        void Do(Func<short> ask)
        {
            ask();
            lab.Scheduler.RunFor(TimeSpan.FromSeconds(2));
        }
    }
}
