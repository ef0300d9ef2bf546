using Holdfast.Cql;
using Holdfast.Sessions;
using Holdfast.Sessions.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Cassandra.Tests;

/// <summary>The contract against the lab, in protocol v5.</summary>
public class CassandraStoreContractTests : SessionStoreContract
{
    private TestLab? _lab;

    private protected virtual TestLabOptions Options => new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected override async ValueTask<ISessionStore> OpenAsync()
    {
        _lab = await TestLab.StartAsync(Options);
        return await StoreOn(_lab.Client);
    }

    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System);

    internal static async ValueTask<ISessionStore> StoreOn(CqlClusterOptions client)
    {
        CassandraSessionStore store = new(new CassandraStoreOptions(), client, TimeProvider.System, NullLoggerFactory.Instance, null);
        for (int i = 0; i < 1_000; i++)
        {
            if ((await store.CheckReadinessAsync(CancellationToken.None)).IsReady)
            {
                return store;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        string reason = store.Cluster.DescribeUnreachable();
        await store.DisposeAsync();
        throw new InvalidOperationException($"The store does not become ready: {reason}");
    }
}

/// <summary>The contract in protocol v4.</summary>
public sealed class ProtocolV4ContractTests : CassandraStoreContractTests
{
    private protected override TestLabOptions Options => new(Protocol: 4);
}

/// <summary>The contract over TLS and with a password, in protocol v5.</summary>
public sealed class SecureContractTests : CassandraStoreContractTests
{
    private protected override TestLabOptions Options => new(Tls: true, Password: "a password");
}

/// <summary>The contract over TLS and with a password, in protocol v4.</summary>
public sealed class SecureV4ContractTests : CassandraStoreContractTests
{
    private protected override TestLabOptions Options => new(Protocol: 4, Tls: true, Password: "a password");
}
