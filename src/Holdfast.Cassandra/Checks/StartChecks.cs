using System.Globalization;

namespace Holdfast.Cassandra.Checks;

/// <summary>
/// Judges what was learned of the cluster. Lives in this folder: what would lose sessions later, found and told at start.
/// </summary>
internal static class StartChecks
{
    /// <summary>The largest expiry that Cassandra's 32 bits of seconds hold before the year 2106 was made possible (CASSANDRA-14227, 5.0).</summary>
    public static readonly DateTimeOffset LastExpiry = DateTimeOffset.FromUnixTimeSeconds(int.MaxValue - 1);

    private const int ReplicasMin = 3;
    private static readonly TimeSpan s_clocksApart = TimeSpan.FromMilliseconds(100);

    /// <summary>Everything that is wrong, in the order of its weight.</summary>
    public static IReadOnlyList<Finding> Judge(ClusterFacts facts, CassandraStoreOptions options, DateTimeOffset now)
    {
        List<Finding> findings = [];
        JudgeSchema(facts, options, findings);
        JudgeTtl(facts, options, now, findings);
        if (facts.ClockOffset is { } offset && offset.Duration() - facts.ClockUncertainty > s_clocksApart)
        {
            findings.Add(new(Check.Clock, Text(
                $"this machine's clock is {offset.Duration().TotalMilliseconds:0} ms {(offset > TimeSpan.Zero ? "behind" : "ahead of")} the coordinators'; timestamps are corrected by that, but synchronize it")));
        }

        return findings;
    }

    private static void JudgeSchema(ClusterFacts facts, CassandraStoreOptions options, List<Finding> findings)
    {
        if (facts.Replication is not { } replication)
        {
            findings.Add(new(Check.Schema, $"the keyspace '{options.Keyspace}' does not exist; 'holdfast schema apply' creates it"));
            return;
        }

        if (facts.TableExists == false)
        {
            findings.Add(new(Check.Schema, $"the table '{options.Keyspace}.{options.Table}' does not exist; 'holdfast schema apply' creates it"));
        }

        if (replication.SimpleFactor > 0)
        {
            findings.Add(new(Check.Replication,
                $"the keyspace '{options.Keyspace}' uses SimpleStrategy, which knows no data centres: with two of them a quorum is not local; use NetworkTopologyStrategy"));
            JudgeFactor(replication.SimpleFactor, "", findings);
        }
        else if (facts.LocalDataCenter is { } local)
        {
            JudgeFactor(replication.FactorByDataCenter.GetValueOrDefault(local), $" in data centre '{local}'", findings);
        }
    }

    private static void JudgeFactor(int factor, string where, List<Finding> findings)
    {
        if (factor < ReplicasMin)
        {
            findings.Add(new(Check.Replication, factor == 0
                ? $"the keyspace has no replicas{where}: nothing can be stored at LOCAL_QUORUM there"
                : Text($"a session has {factor} {(factor == 1 ? "replica" : "replicas")}{where}: when one host is away no quorum is left; 3 survive that")));
        }
    }

    private static void JudgeTtl(ClusterFacts facts, CassandraStoreOptions options, DateTimeOffset now, List<Finding> findings)
    {
        if (facts.GraceSeconds is { } grace && (options.MaxTtl.IsNever || options.MaxTtl.Seconds >= grace))
        {
            findings.Add(new(Check.Tombstones, Text(
                $"{Ttl(options)} is not below the table's gc_grace_seconds ({grace}): a session that was deleted while a replica was away may come back; lower the one or raise the other")));
        }

        if (!options.MaxTtl.IsNever && !Reaches2106(facts) && now.AddSeconds(options.MaxTtl.Seconds) > LastExpiry)
        {
            findings.Add(new(Check.Year2038, Text(
                $"{Ttl(options)} reaches past {LastExpiry:yyyy-MM-dd HH:mm:ss} UTC, the last expiry that Cassandra {facts.OldestVersion ?? "of this version"} can store: such writes are refused or shortened; lower limits.max_ttl")));
        }
    }

    private static string Ttl(CassandraStoreOptions options) =>
        options.MaxTtl.IsNever ? "limits.max_ttl 0 (no bound)" : Text($"limits.max_ttl {options.MaxTtl.Seconds}");

    /// <summary>Since 5.0, and only once the cluster need not be read by an older version any more (cassandra.yaml, storage_compatibility_mode).</summary>
    private static bool Reaches2106(ClusterFacts facts) =>
        int.TryParse(facts.OldestVersion?.Split('.')[0], CultureInfo.InvariantCulture, out int major) && major >= 5
        && string.Equals(facts.CompatibilityMode, "NONE", StringComparison.OrdinalIgnoreCase);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
