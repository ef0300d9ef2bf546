using Holdfast.Cql;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>The contract through one coordinator alone, as canaries see the cluster.</summary>
public sealed class CoordinatorSessionsContractTests(LabV5 fixture) : CassandraStoreContractTests, IClassFixture<LabV5>
{
    private ISessionStore? _owner;

    private protected override CqlClusterOptions Client => fixture.Lab.Client;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_owner is not null)
        {
            await _owner.DisposeAsync();
        }
    }

    protected override async ValueTask<ISessionStore> OpenAsync()
    {
        _owner = await base.OpenAsync();
        ISessionStore sessions = ((CassandraSessionStore)_owner).ThroughEach()[0].Sessions;
        return Assert.IsType<CoordinatorSessions>(sessions);
    }
}
