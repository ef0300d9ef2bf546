using Holdfast.Cassandra.Checks;
using Holdfast.Cql.Routing;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Cassandra.Tests.Checks;

public sealed class StartChecksTests
{
    private const int Week = 7 * 24 * 60 * 60;

    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly ClusterFacts s_sound = new(
        "eqiad", Network(("eqiad", 3), ("codfw", 3)), 864_000, TableExists: true, "4.1.3", CompatibilityMode: null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1));

    [Fact]
    public void A_sound_cluster_gives_nothing_to_say() => Assert.Empty(Judge(s_sound));

    [Fact]
    public void What_is_not_known_is_not_judged() =>
        Assert.Empty(Judge(s_sound with { GraceSeconds = null, TableExists = null, OldestVersion = null, ClockOffset = null, LocalDataCenter = null }));

    [Theory]
    [InlineData(Week, Week + 1, false)]
    [InlineData(Week, Week, true)]
    [InlineData(Week + 1, Week, true)]
    [InlineData(0, Week, true)] // entries that never expire
    public void A_ttl_is_below_the_grace_of_tombstones_or_the_deleted_come_back(int maxTtl, int grace, bool told) =>
        Expect(told, Check.Tombstones, Judge(s_sound with { GraceSeconds = grace }, maxTtl));

    [Theory]
    [InlineData("4.1.3", null, true)]
    [InlineData("3.11.4", null, true)]
    [InlineData("5.0.2", "CASSANDRA_4", true)]
    [InlineData("5.0.2", "UPGRADING", true)]
    [InlineData("5.0.2", "NONE", false)]
    [InlineData("5.0-rc1", "NONE", false)]
    [InlineData(null, null, true)]
    public void A_ttl_past_2038_is_told_where_the_version_has_that_limit(string? version, string? mode, bool told)
    {
        int untilThen = (int)(StartChecks.LastExpiry - s_now).TotalSeconds;
        ClusterFacts facts = s_sound with { OldestVersion = version, CompatibilityMode = mode, GraceSeconds = int.MaxValue };

        Expect(told, Check.Year2038, Judge(facts, untilThen + 1));
        Expect(false, Check.Year2038, Judge(facts, untilThen));
    }

    [Theory]
    [InlineData(3, false, "")]
    [InlineData(2, true, "2 replicas in data centre 'eqiad'")]
    [InlineData(1, true, "1 replica in data centre 'eqiad'")]
    [InlineData(0, true, "no replicas in data centre 'eqiad'")]
    public void Fewer_than_three_replicas_do_not_survive_a_reboot(int factor, bool told, string says)
    {
        IReadOnlyList<Finding> findings = Judge(s_sound with { Replication = Network(("eqiad", factor), ("codfw", 3)) });

        Expect(told, Check.Replication, findings);
        Assert.All(findings, finding => Assert.Contains(says, finding.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Simple_strategy_has_no_local_quorum()
    {
        Expect(true, Check.Replication, Judge(s_sound with { Replication = new Replication(new Dictionary<string, int>(), 3) }));
        Assert.Equal(2, Judge(s_sound with { Replication = new Replication(new Dictionary<string, int>(), 1) }).Count);
    }

    [Fact]
    public void A_missing_keyspace_or_table_is_told_with_the_command_that_makes_it()
    {
        Assert.Contains("holdfast schema apply", Assert.Single(Judge(s_sound with { Replication = null, GraceSeconds = null, TableExists = false })).Text, StringComparison.Ordinal);
        Assert.Contains("'kask.values'", Assert.Single(Judge(s_sound with { GraceSeconds = null, TableExists = false })).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(101, false, "")] // which may be 100
    [InlineData(102, true, "102 ms behind")]
    [InlineData(-350, true, "350 ms ahead of")]
    public void Clocks_that_are_apart_are_told(int milliseconds, bool told, string says)
    {
        IReadOnlyList<Finding> findings = Judge(s_sound with { ClockOffset = TimeSpan.FromMilliseconds(milliseconds) });

        Expect(told, Check.Clock, findings);
        Assert.All(findings, finding => Assert.Contains(says, finding.Text, StringComparison.Ordinal));
    }

    private static IReadOnlyList<Finding> Judge(ClusterFacts facts, int maxTtl = Week) =>
        StartChecks.Judge(facts, new CassandraStoreOptions { MaxTtl = new SessionTtl(maxTtl) }, s_now);

    private static void Expect(bool told, Check check, IReadOnlyList<Finding> findings) =>
        Assert.Equal(told ? [check] : [], findings.Select(finding => finding.Check));

    private static Replication Network(params (string Name, int Factor)[] factors) =>
        new(factors.ToDictionary(pair => pair.Name, pair => pair.Factor), 0);
}
