using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Tests.Cluster;
using Holdfast.Lab.Transport.Memory;
using Xunit;

namespace Holdfast.Lab.Tests.Transport.Memory;

public sealed class MemoryNetworkTests
{
    private const string Local = "SELECT * FROM system.local";

    private readonly TestCluster lab = new();
    private readonly MemoryNetwork network;

    public MemoryNetworkTests() => network = new MemoryNetwork(lab.Cluster);

    [Fact]
    public void A_client_in_memory_starts_and_asks_like_one_on_a_socket()
    {
        var client = Connected(0);
        var answer = Answered(client, client.Query(Local));
        Assert.Equal(0x08, answer.Opcode);
        Assert.Contains("datacenter1", answer.Printable, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_take_the_node_s_own_latency_each_way_and_keep_their_order()
    {
        network.SetLatency(lab[1], new ClientLatency(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30)));
        var from = lab.Scheduler.Now;
        var client = Connected(1);
        Assert.True(lab.Scheduler.Now - from >= TimeSpan.FromMilliseconds(80)); // SYN, its answer, STARTUP, its answer
        var asked = Enumerable.Range(0, 200).Select(_ => client.Ask(0x05, [])).ToList();
        lab.Run(1);
        Assert.Equal(asked, client.Frames.Skip(1).Select(f => f.Stream));
    }

    [Fact]
    public void A_stopped_process_resets_and_then_refuses_until_CQL_is_open_again()
    {
        var client = Connected(0);
        lab.Fault("reboot", 0);
        lab.Run(0.01);
        Assert.Equal("Reset", client.Ended);
        var refused = new WireClient(network, lab[0].Address);
        lab.Run(0.01);
        Assert.Equal("Refused", refused.Ended);
        Assert.NotNull(lab.Until(() => lab[0].Process is not null, 60));
        var early = new WireClient(network, lab[0].Address);
        lab.Run(0.01);
        Assert.Equal("Refused", early.Ended);
        Assert.NotNull(lab.Until(() => lab[0].Process is { IsOpen: true }, 60));
        Connected(0);
    }

    [Fact]
    public void A_machine_without_power_is_silent_and_resets_what_it_no_longer_knows()
    {
        var asking = Connected(0);
        var idle = Connected(0);
        var loss = lab.Fault("power-loss", 0);
        asking.Query(Local);
        var connecting = new WireClient(network, lab[0].Address);
        lab.Run(40);
        Assert.All([asking, idle, connecting], c => Assert.Null(c.Ended));
        Assert.False(connecting.HasOpened);

        lab.Faults.Heal(loss.Id);
        lab.Run(30); // the data is repeated after 51 s, the SYN after 63 s, when CQL is open again
        Assert.True(connecting.HasOpened);
        Assert.Equal("Reset", asking.Ended);
        Assert.Null(idle.Ended); // nothing was sent that could be answered
        idle.Query(Local);
        lab.Run(0.01);
        Assert.Equal("Reset", idle.Ended);
    }

    [Fact]
    public void TCP_gives_up_a_silent_machine_after_two_minutes_and_what_was_sent_to_it_after_fifteen()
    {
        var asking = Connected(0);
        lab.Fault("power-loss", 0);
        asking.Query(Local);
        var connecting = new WireClient(network, lab[0].Address);
        var nowhere = new WireClient(network, new IPEndPoint(IPAddress.Parse("127.9.9.9"), 9042));
        lab.Run(126);
        Assert.Null(connecting.Ended);
        lab.Run(2);
        Assert.Equal("TimedOut", connecting.Ended);
        Assert.Equal("TimedOut", nowhere.Ended);
        lab.Run(14 * 60);
        Assert.Equal("TimedOut", asking.Ended);
    }

    [Fact]
    public void Another_port_of_a_machine_refuses()
    {
        var client = new WireClient(network, new IPEndPoint(lab[0].Address.Address, 1));
        lab.Run(0.01);
        Assert.Equal("Refused", client.Ended);
    }

    [Fact]
    public void A_paused_process_is_connected_to_and_reads_nothing_until_it_goes_on()
    {
        var before = Connected(0);
        var pause = lab.Fault("pause", 0);
        var during = new WireClient(network, lab[0].Address);
        lab.Run(0.01);
        Assert.True(during.HasOpened);
        during.Startup();
        var asked = before.Query(Local);
        lab.Run(30);
        Assert.Empty(during.Frames);
        Assert.Null(before.AnswerTo(asked));

        var filler = new byte[64 * 1024];
        while (!during.Connection!.IsFull)
        {
            during.Ask(0x05, filler);
        }

        lab.Faults.Heal(pause.Id);
        lab.Run(0.1);
        Assert.NotNull(before.AnswerTo(asked));
        Assert.NotEmpty(during.Frames);
        Assert.False(during.Connection!.IsFull);
        Assert.True(during.HasDrained);
    }

    [Fact]
    public void A_process_killed_while_it_is_paused_resets_what_piled_up()
    {
        var client = Connected(0);
        lab.Fault("pause", 0);
        client.Query(Local);
        lab.Run(1);
        lab.Fault("kill", 0);
        lab.Run(1);
        Assert.Equal("Reset", client.Ended);
        Assert.Single(client.Frames); // READY, and nothing since
    }

    [Fact]
    public void A_half_open_node_takes_everything_and_answers_nothing()
    {
        var before = Connected(0);
        lab.Fault("half-open", 0);
        var during = new WireClient(network, lab[0].Address);
        lab.Run(0.01);
        Assert.True(during.HasOpened);
        var (startup, asked) = (during.Startup(), before.Query(Local));
        lab.Run(60);
        Assert.Null(during.AnswerTo(startup));
        Assert.Null(before.AnswerTo(asked));
        Assert.Null(before.Ended ?? during.Ended);
    }

    [Theory]
    [InlineData("reset", "Reset")]
    [InlineData("truncate", "Finished")]
    public void Answers_that_break_off_end_the_connection(string fault, string end)
    {
        var client = Connected(0);
        lab.Fault(fault, 0, ("share", "100%"));
        var asked = client.Query(Local);
        lab.Run(0.1);
        Assert.Null(client.AnswerTo(asked));
        Assert.Equal(end, client.Ended);
        Assert.Equal(0, lab[0].Process!.Clients.Connections);
    }

    [Theory]
    [InlineData("late", "by", "3s")]
    [InlineData("slow", "floor", "3s")]
    public void Answers_that_come_late_come(string fault, string name, string value)
    {
        var client = Connected(0);
        lab.Fault(fault, 0, (name, value));
        var asked = client.Query(Local);
        lab.Run(2.9);
        Assert.Null(client.AnswerTo(asked));
        lab.Run(2);
        Assert.NotNull(client.AnswerTo(asked));
    }

    [Fact]
    public void A_client_that_closes_is_forgotten_and_called_no_more()
    {
        var client = Connected(0);
        client.Query(Local);
        client.Connection!.Close();
        lab.Run(1);
        Assert.Single(client.Frames);
        Assert.Null(client.Ended);
        Assert.Equal(0, lab[0].Process!.Clients.Connections);
    }

    [Fact]
    public void A_node_that_is_full_resets_what_it_accepted()
    {
        var one = new TestCluster(options: new ClusterOptions { ConnectionsMax = 1 });
        var few = new MemoryNetwork(one.Cluster);
        var first = new WireClient(few, one[0].Address);
        one.Run(0.01);
        var second = new WireClient(few, one[0].Address);
        one.Run(0.01);
        Assert.Null(first.Ended);
        Assert.True(second.HasOpened);
        Assert.Equal("Reset", second.Ended);
    }

    private WireClient Connected(int node)
    {
        var client = new WireClient(network, lab[node].Address);
        Assert.NotNull(lab.Until(() => client.HasOpened, 5));
        Assert.Equal(0x02, Answered(client, client.Startup()).Opcode);
        return client;
    }

    private WireClient.Frame Answered(WireClient client, short stream)
    {
        lab.Scheduler.RunUntil(() => client.AnswerTo(stream) is not null, TimeSpan.FromSeconds(15));
        return client.AnswerTo(stream) ?? throw new InvalidOperationException($"no answer; the connection is {client.Ended ?? "open"}");
    }
}
