using Holdfast.Cql;
using Xunit;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>
/// What the lab's faults of the service look like to a client of another hand: each is seen as what it is, and once it is
/// healed everything is served again.
/// </summary>
public sealed class ServiceFaultsTests
{
    [Fact]
    public void A_corrupted_segment_of_v5_fails_its_checksum_and_ends_the_connection()
    {
        PlainClient client = Connected(5);
        client.Fault("corrupt", "share=100%");

        (CqlOutcome outcome, string? reason, _) = client.Read(1);
        Assert.Equal(CqlOutcome.Unavailable, outcome);
        Assert.Contains("fails its checksum", reason, StringComparison.Ordinal);
        Assert.Contains("checksum", client.Status.Trouble, StringComparison.Ordinal);
        AssertServedOnceHealed(client);
    }

    [Fact]
    public void A_share_of_corrupted_segments_never_gives_a_wrong_value()
    {
        PlainClient client = Connected(5);
        client.Fault("corrupt", "share=5%");
        List<(CqlOutcome Outcome, string? Reason, int? Version)> reads = [];
        for (int i = 0; i < 2_000; i++)
        {
            reads.Add(client.Read(1));
            client.Run(1);
        }

        Assert.All(reads.Where(r => r.Outcome == CqlOutcome.Success), r => Assert.Equal(7, r.Version));
        Assert.True(reads.Count(r => r.Outcome == CqlOutcome.Success) > 100);
        Assert.Contains(reads, r => r.Reason?.Contains("header fails its checksum", StringComparison.Ordinal) == true);
        Assert.Contains(reads, r => r.Reason?.Contains("payload fails its checksum", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(4, "truncate", "Finished")]
    [InlineData(5, "truncate", "Finished")]
    [InlineData(4, "reset", "Reset")]
    [InlineData(5, "reset", "Reset")]
    public void An_answer_that_breaks_off_is_a_lost_connection(int protocol, string fault, string end)
    {
        PlainClient client = Connected(protocol);
        client.Fault(fault, "share=100%");
        Assert.Equal((CqlOutcome.Unavailable, end, null), client.Read(1));
        AssertServedOnceHealed(client);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_node_that_forgets_every_statement_says_so_with_the_statement_s_id(int protocol)
    {
        PlainClient client = Connected(protocol);
        client.Fault("unprepared");
        (CqlOutcome outcome, string? reason, _) = client.Read(1);
        Assert.Equal(CqlOutcome.Unavailable, outcome);
        Assert.Matches("^Prepared query with ID [0-9a-f]{32} not found", reason);
        Assert.Null(client.Status.Trouble); // the connection is as good as before
        AssertServedOnceHealed(client);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_node_that_forgets_now_and_then_is_told_again(int protocol)
    {
        PlainClient client = Connected(protocol);
        client.Fault("unprepared", "share=20%");
        int served = Enumerable.Range(0, 200).Count(_ => client.Read(1) is { Outcome: CqlOutcome.Success, Version: 7 });
        Assert.InRange(served, 195, 200); // four times in a row it forgets once in 625
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Refused_credentials_are_an_authentication_error(int protocol)
    {
        PlainClient client = Connected(protocol, "secret");
        client.Fault("refuse-auth");
        Assert.Equal(7, client.Read(1).Version); // who is in, is in

        client.Lab.Fault("reboot", "all", "down=5s");
        client.Run(60);
        Assert.Equal("authentication failed: Provided username holdfast and/or password are incorrect", client.Status.Trouble);
        Assert.NotEqual(CqlOutcome.Success, client.Read(1).Outcome);
        Assert.DoesNotContain("secret", client.Lines, StringComparison.Ordinal);
        AssertServedOnceHealed(client);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_half_open_connection_is_silence_and_only_the_heartbeat_ends_it(int protocol)
    {
        PlainClient client = Connected(protocol);
        client.Fault("half-open");
        Assert.Equal(CqlOutcome.DeadlineExceeded, client.Read(1).Outcome);
        Assert.Null(client.Status.Trouble);
        client.Run(120);
        Assert.Contains("no answer to a heartbeat", client.Lines, StringComparison.Ordinal);
        AssertServedOnceHealed(client);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void An_answer_that_comes_after_its_client_gave_up_is_nobody_else_s(int protocol)
    {
        PlainClient client = Connected(protocol);
        client.Store(2, 8);
        client.Fault("late", "by=3s");
        Assert.Equal(CqlOutcome.DeadlineExceeded, client.Read(1).Outcome);
        Assert.Equal(1, client.Status.Orphans);

        client.Lab.Faults.HealAll();
        Assert.Equal((CqlOutcome.Success, null, 8), client.Read(2)); // on the same connection, before the late one
        client.Run(2);
        Assert.Equal(0, client.Status.Orphans);
        Assert.Equal((CqlOutcome.Success, null, 8), client.Read(2));
        Assert.Null(client.Status.Trouble);
    }

    [Theory]
    [InlineData("overloaded", "overloaded")]
    [InlineData("bootstrapping", "bootstrap")]
    public void A_node_that_refuses_says_why(string fault, string said)
    {
        PlainClient client = Connected(5);
        client.Fault(fault);
        (CqlOutcome outcome, string? reason, _) = client.Read(1);
        Assert.Equal(CqlOutcome.Unavailable, outcome);
        Assert.Contains(said, reason, StringComparison.OrdinalIgnoreCase);
        AssertServedOnceHealed(client);
    }

    private static PlainClient Connected(int protocol, string? password = null)
    {
        PlainClient client = new(protocol, password);
        Assert.True(client.Connects(), client.Lines);
        client.Store(1, 7);
        Assert.Equal((CqlOutcome.Success, null, 7), client.Read(1));
        return client;
    }

    private static void AssertServedOnceHealed(PlainClient client)
    {
        client.Heal();
        Assert.True(client.Connects(), client.Lines);
        Assert.Equal((CqlOutcome.Success, null, 7), client.Read(1));
    }
}
