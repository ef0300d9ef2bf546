using Holdfast.Cql.Routing;
using Xunit;
using static Holdfast.Cql.Tests.Health.HealthScene;

namespace Holdfast.Cql.Tests.Routing;

public sealed class TokenRingTests
{
    private static readonly Replication ThreeInEqiad =
        new(new Dictionary<string, int> { ["eqiad"] = 3 }, SimpleFactor: 0);

    [Fact]
    public void A_token_belongs_to_the_next_owner_and_the_ring_wraps()
    {
        TokenRing ring = TokenRing.Build(
            [Member(1, "eqiad", "a", 0), Member(2, "eqiad", "b", 100), Member(3, "eqiad", "c", 200)],
            new Replication(new Dictionary<string, int>(), SimpleFactor: 1));

        Assert.Equal(Host(1), Assert.Single(ring.Members(ring.SetOf(0)).ToArray()));
        Assert.Equal(Host(2), Assert.Single(ring.Members(ring.SetOf(1)).ToArray()));
        Assert.Equal(Host(1), Assert.Single(ring.Members(ring.SetOf(201)).ToArray()));
        Assert.Equal(Host(1), Assert.Single(ring.Members(ring.SetOf(long.MinValue)).ToArray()));
    }

    [Fact]
    public void Racks_come_before_neighbours()
    {
        TokenRing ring = TokenRing.Build(
            [
                Member(1, "eqiad", "a", 0), Member(2, "eqiad", "a", 10), Member(3, "eqiad", "b", 20),
                Member(4, "eqiad", "c", 30),
            ],
            ThreeInEqiad);

        Assert.Equal([Host(1), Host(3), Host(4)], ring.Members(ring.SetOf(0)).ToArray());
    }

    [Fact]
    public void Fewer_racks_than_replicas_let_the_first_neighbours_fill_up()
    {
        TokenRing ring = TokenRing.Build(
            [
                Member(1, "eqiad", "a", 0), Member(2, "eqiad", "a", 10), Member(3, "eqiad", "a", 20),
                Member(4, "eqiad", "b", 30),
            ],
            ThreeInEqiad);

        Assert.Equal([Host(1), Host(2), Host(4)], ring.Members(ring.SetOf(0)).ToArray());
    }

    [Fact]
    public void Three_hosts_with_replication_three_are_one_replica_set_and_other_data_centres_have_none()
    {
        TokenRing ring = TokenRing.Build(
            [
                Member(1, "eqiad", "a", 0, 50), Member(2, "eqiad", "b", 10, 60), Member(3, "eqiad", "c", 20, 70),
                Member(4, "codfw", "a", 5, 65),
            ],
            ThreeInEqiad);

        Assert.Equal(1, ring.ReplicaSets);
        Assert.DoesNotContain(Host(4), ring.Members(Set(0)).ToArray());
    }

    [Fact]
    public void Every_set_has_a_token_of_its_own()
    {
        Random random = new(7);
        TokenRing ring = TokenRing.Build(
            [.. Enumerable.Range(1, 9).Select(i => Member(
                i, "eqiad", "r" + (i % 3), [.. Enumerable.Range(0, 16).Select(_ => random.NextInt64())]))],
            ThreeInEqiad);

        Assert.InRange(ring.ReplicaSets, 2, 27);
        for (int i = 0; i < ring.ReplicaSets; i++)
        {
            Assert.Equal(Set(i), ring.SetOf(ring.SampleToken(Set(i))));
            Assert.Equal(3, ring.Members(Set(i)).ToArray().Distinct().Count());
        }
    }

    [Theory]
    [InlineData("org.apache.cassandra.locator.SimpleStrategy", "replication_factor", "3", true)]
    [InlineData("org.apache.cassandra.locator.NetworkTopologyStrategy", "eqiad", "3/1", true)]
    [InlineData("org.apache.cassandra.locator.NetworkTopologyStrategy", "eqiad", "many", false)]
    [InlineData("org.apache.cassandra.locator.LocalStrategy", "x", "1", false)]
    public void Replication_is_read_or_refused(string strategy, string name, string factor, bool expected)
    {
        Dictionary<string, string> map = new() { ["class"] = strategy, [name] = factor };

        Assert.Equal(expected, Replication.Parse(map) is not null);
    }

    private static RingMember Member(int host, string dataCenter, string rack, params long[] tokens) =>
        new(Host(host), dataCenter, rack, tokens);
}
