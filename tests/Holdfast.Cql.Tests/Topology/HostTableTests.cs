using System.Net;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Topology;
using Xunit;

namespace Holdfast.Cql.Tests.Topology;

/// <summary>Whom to believe about who is in the cluster.</summary>
public sealed class HostTableTests
{
    private static readonly HostInfo s_a = Host(1, "10.0.0.1");
    private static readonly HostInfo s_b = Host(2, "10.0.0.2");
    private static readonly HostInfo s_c = Host(3, "10.0.0.3");

    private readonly HostTable _table = new();

    [Fact]
    public void Anybody_may_add_a_host()
    {
        Assert.True(_table.Apply(View(s_a, s_b), proven: false, TimeSpan.Zero));
        Assert.Equal([s_a, s_b], _table.Hosts);
        Assert.False(_table.Apply(View(s_b, s_a), proven: false, TimeSpan.Zero)); // nothing new
    }

    [Fact]
    public void A_host_is_forgotten_when_two_proven_nodes_do_not_know_it()
    {
        _table.Apply(View(s_a, s_b, s_c), proven: true, TimeSpan.Zero);

        Assert.False(_table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero));
        Assert.True(_table.NeedsSecondOpinion);
        Assert.False(_table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero)); // the same one again is not another
        Assert.True(_table.Apply(View(s_b, s_a), proven: true, TimeSpan.Zero));
        Assert.Equal([s_a, s_b], _table.Hosts);
        Assert.False(_table.NeedsSecondOpinion);
    }

    [Fact]
    public void Who_is_named_again_in_between_is_not_missing_any_more()
    {
        _table.Apply(View(s_a, s_b, s_c), proven: true, TimeSpan.Zero);
        _table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero);
        _table.Apply(View(s_a, s_b, s_c), proven: true, TimeSpan.Zero);

        Assert.False(_table.Apply(View(s_b, s_a), proven: true, TimeSpan.Zero));
        Assert.Equal([s_a, s_b, s_c], _table.Hosts);
    }

    /// <summary>A reimaged node knows nobody: it must not empty what is known.</summary>
    [Fact]
    public void Nodes_that_have_not_proved_a_quorum_remove_nobody()
    {
        _table.Apply(View(s_a, s_b, s_c), proven: true, TimeSpan.Zero);

        Assert.False(_table.Apply(View(s_b), proven: false, TimeSpan.Zero));
        Assert.False(_table.Apply(View(s_c), proven: false, TimeSpan.Zero));
        Assert.Equal([s_a, s_b, s_c], _table.Hosts);
        Assert.False(_table.NeedsSecondOpinion);
    }

    [Fact]
    public void Who_answers_at_an_address_is_there_and_nobody_else()
    {
        _table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero);
        HostInfo reimaged = Host(9, "10.0.0.2");

        Assert.True(_table.Apply(View(reimaged), proven: false, TimeSpan.Zero));
        Assert.Equal([s_a, reimaged], _table.Hosts);
    }

    [Fact]
    public void A_host_at_another_address_is_the_same_host()
    {
        _table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero);
        HostInfo moved = Host(2, "10.0.0.9");

        Assert.True(_table.Apply(View(s_a, moved), proven: true, TimeSpan.Zero));
        Assert.Equal([s_a, moved], _table.Hosts);
    }

    /// <summary>One that is cut off may have a peers table from before an address changed: while others have proved themselves, one of them is asked.</summary>
    [Fact]
    public void Who_has_not_proved_a_quorum_changes_nothing_of_others_while_some_have()
    {
        HostInfo moved = Host(2, "10.0.0.9");
        _table.Apply(View(s_a, moved, s_c), proven: true, TimeSpan.Zero);

        Assert.False(_table.Apply(View(s_a, s_b, s_c), proven: false, TimeSpan.Zero, othersProven: true));
        Assert.Equal([s_a, moved, s_c], _table.Hosts);
        Assert.True(_table.NeedsSecondOpinion);
        Assert.False(_table.Apply(View(s_c, s_a, moved), proven: true, TimeSpan.Zero)); // the opinion of one who has
        Assert.False(_table.NeedsSecondOpinion);

        HostInfo itself = Host(1, "10.0.0.7");
        HostInfo fresh = Host(4, "10.0.0.4");
        Assert.True(_table.Apply(View(itself, s_b, fresh), proven: false, TimeSpan.Zero, othersProven: true)); // of itself, and of whom nobody knows
        Assert.Equal([itself, moved, s_c, fresh], _table.Hosts);

        Assert.True(_table.Apply(View(itself, s_b, fresh), proven: false, TimeSpan.Zero, othersProven: false)); // nobody else is there to say
        Assert.Equal([itself, s_b, s_c, fresh], _table.Hosts);
        Assert.False(_table.NeedsSecondOpinion);
    }

    [Fact]
    public void Nor_how_the_keyspace_is_replicated()
    {
        _table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero);
        TopologyView old = new(s_a, [s_b], new Replication(new Dictionary<string, int> { ["here"] = 1 }, 0));
        Assert.False(_table.Apply(old, proven: false, TimeSpan.Zero, othersProven: true));
        Assert.True(_table.NeedsSecondOpinion);
        Assert.Equal(3, _table.Replication!.FactorByDataCenter["here"]);
        Assert.True(_table.Apply(old, proven: true, TimeSpan.Zero));
        Assert.Equal(1, _table.Replication!.FactorByDataCenter["here"]);
    }

    /// <summary>A connection found another host there: for a minute, what other nodes say of that place is known to be old.</summary>
    [Fact]
    public void Who_was_not_where_he_was_said_to_be_is_believed_in_again_after_a_minute_or_elsewhere()
    {
        _table.Apply(View(s_a, s_b), proven: true, TimeSpan.Zero);
        Assert.True(_table.Displaced(s_b.Id, TimeSpan.Zero));

        Assert.False(_table.Apply(View(s_a, s_b), proven: true, TimeSpan.FromSeconds(59)));
        HostInfo moved = Host(2, "10.0.0.9");
        Assert.True(_table.Apply(View(s_a, moved), proven: true, TimeSpan.FromSeconds(59)));
        Assert.True(_table.Apply(View(s_a, s_b), proven: true, TimeSpan.FromSeconds(60)));
        Assert.Equal([s_a, s_b], _table.Hosts);
    }

    private static HostInfo Host(int id, string address) => new(
        new HostId(new Guid(id, 0, 0, new byte[8])), new IPEndPoint(IPAddress.Parse(address), 9042), "here", "rack", [id], "4.0.0");

    private static TopologyView View(HostInfo self, params HostInfo[] peers) =>
        new(self, peers, new Replication(new Dictionary<string, int> { ["here"] = 3 }, 0));
}
