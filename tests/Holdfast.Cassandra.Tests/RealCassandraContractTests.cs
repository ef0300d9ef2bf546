using Holdfast.Cassandra.Schema;
using Holdfast.Cql;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>
/// The contract against a real Cassandra, where HOLDFAST_TEST_CASSANDRA names its hosts. It makes the keyspace holdfast_test there, with a
/// replica on each of at most three hosts of the data centre that the first to answer lies in.
/// </summary>
public sealed class RealCassandraContractTests : CassandraStoreContractTests
{
    private const string Variable = "HOLDFAST_TEST_CASSANDRA";

    private static readonly string? s_hosts = Environment.GetEnvironmentVariable(Variable);

    private protected override CqlClusterOptions Client => Options;

    private static CqlClusterOptions Options => new() { ContactPoints = s_hosts!.Split(',', StringSplitOptions.TrimEntries), Keyspace = "holdfast_test" };

    protected override async ValueTask<ISessionStore> OpenAsync()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(s_hosts), $"no real Cassandra: {Variable}=host,host,host names one");
        await MakeSchemaAsync();
        return await base.OpenAsync();
    }

    private static async Task MakeSchemaAsync()
    {
        await using CqlCluster cluster = new(Options, [], TimeProvider.System, NullLoggerFactory.Instance, null);
        cluster.Start();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        await SchemaInstaller.ReachAsync(cluster, TimeProvider.System, patience.Token);
        string? problem = await SchemaInstaller.ApplyAsync(
            cluster,
            [
                SchemaText.Keyspace("holdfast_test", [new(cluster.LocalDataCenter!, Math.Min(3, Options.ContactPoints.Count))]),
                SchemaText.Table("holdfast_test", "values"),
            ],
            TimeProvider.System,
            patience.Token);
        Assert.Null(problem);
    }
}
