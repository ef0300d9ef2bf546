using Holdfast.Cql;
using Holdfast.Sessions;
using Holdfast.Sessions.Contract;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>The contract against a cluster.</summary>
public abstract class CassandraStoreContractTests : SessionStoreContract
{
    // What is answered is looked at, and not how soon: a machine that has no time for a while has no value to give within two seconds.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private protected abstract CqlClusterOptions Client { get; }

    protected override async ValueTask<ISessionStore> OpenAsync()
    {
        CqlClusterOptions client = Client with { Deadline = s_patience };
        CassandraSessionStore store = new(new CassandraStoreOptions { Keyspace = client.Keyspace }, client, TimeProvider.System, NullLoggerFactory.Instance, null);
        await BecomeReadyAsync(store);
        CqlResult emptied = await store.Cluster.QueryAsync(
            $"TRUNCATE {Client.Keyspace}.\"values\"", ConsistencyLevel.One, TestContext.Current.CancellationToken);
        Assert.Equal((CqlOutcome.Success, null), (emptied.Outcome, emptied.Reason));
        emptied.Rows?.Dispose();
        return store;
    }

    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System);

    internal static async Task BecomeReadyAsync(CassandraSessionStore store)
    {
        for (int i = 0; i < 1_500; i++)
        {
            if ((await store.CheckReadinessAsync(CancellationToken.None)).IsReady)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        string reason = store.Cluster.DescribeUnreachable();
        await store.DisposeAsync();
        throw new InvalidOperationException($"The store does not become ready: {reason}");
    }
}

/// <summary>The contract in protocol v5.</summary>
public sealed class ProtocolV5ContractTests(LabV5 fixture) : CassandraStoreContractTests, IClassFixture<LabV5>
{
    private protected override CqlClusterOptions Client => fixture.Lab.Client;
}

/// <summary>The contract in protocol v4.</summary>
public sealed class ProtocolV4ContractTests(LabV4 fixture) : CassandraStoreContractTests, IClassFixture<LabV4>
{
    private protected override CqlClusterOptions Client => fixture.Lab.Client;
}

/// <summary>The contract over TLS and with a password, in protocol v5.</summary>
public sealed class SecureContractTests(SecureLabV5 fixture) : CassandraStoreContractTests, IClassFixture<SecureLabV5>
{
    private protected override CqlClusterOptions Client => fixture.Lab.Client;
}

/// <summary>The contract over TLS and with a password, in protocol v4.</summary>
public sealed class SecureV4ContractTests(SecureLabV4 fixture) : CassandraStoreContractTests, IClassFixture<SecureLabV4>
{
    private protected override CqlClusterOptions Client => fixture.Lab.Client;
}
