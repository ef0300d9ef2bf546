using System.Buffers.Binary;
using System.Text;
using Holdfast.Cql;

namespace Holdfast.Cassandra.Checks;

/// <summary>Asks the cluster, over the control connection, for what <see cref="StartChecks"/> judges.</summary>
internal static class FactReader
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_clockExact = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_clockPatience = TimeSpan.FromSeconds(5);

    /// <summary>Waits until the cluster is reached, however long that takes.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<ClusterFacts> ReadAsync(
        CqlCluster cluster, CassandraStoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        (bool told, byte[]? grace) = await AskAsync(cluster,
            $"SELECT gc_grace_seconds FROM system_schema.tables WHERE keyspace_name = {Literal(options.Keyspace)} AND table_name = {Literal(options.Table)}",
            cancellationToken);
        (_, byte[]? mode) = await AskAsync(
            cluster, "SELECT value FROM system_views.settings WHERE name = 'storage_compatibility_mode'", cancellationToken);

        // Clocks and the ring are told soon after; a clock that is never told is not judged.
        long began = time.GetTimestamp();
        while ((!(cluster.ClockUncertainty < s_clockExact) || cluster.Topology is null) && time.GetElapsedTime(began) < s_clockPatience)
        {
            await Task.Delay(s_lookEvery, time, cancellationToken);
        }

        string? oldest = cluster.Coordinators()
            .Select(coordinator => coordinator.ReleaseVersion)
            .Where(version => version.Length > 0)
            .MinBy(Parsed);
        return new ClusterFacts(
            cluster.LocalDataCenter,
            cluster.Topology?.Replication,
            grace is { Length: 4 } ? BinaryPrimitives.ReadInt32BigEndian(grace) : null,
            told ? grace is not null : null,
            oldest,
            mode is null ? null : Encoding.UTF8.GetString(mode),
            cluster.ClockOffset,
            cluster.ClockUncertainty ?? TimeSpan.Zero);
    }

    /// <summary>The first column of the first row, null where there is none; and whether the question was answered at all.</summary>
    private static async Task<(bool Told, byte[]? Value)> AskAsync(CqlCluster cluster, string cql, CancellationToken cancellationToken)
    {
        CqlResult result = await cluster.QueryAsync(cql, ConsistencyLevel.One, cancellationToken);
        using CqlRows? rows = result.Rows;
        byte[]? value = rows is not null && rows.Read() && !rows.IsNull(0) ? rows.Column(0).ToArray() : null;
        return (result.Outcome == CqlOutcome.Success, value);
    }

    private static Version Parsed(string version) =>
        Version.TryParse(version.Split('-', '~')[0], out Version? parsed) ? parsed : new Version(0, 0);

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
