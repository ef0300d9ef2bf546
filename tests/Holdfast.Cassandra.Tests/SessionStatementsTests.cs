using Holdfast.Cql;
using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>Kask's statements, each at its own level.</summary>
public sealed class SessionStatementsTests
{
    [Fact]
    public void Each_operation_is_asked_at_its_own_level()
    {
        SessionStatements statements = new(new CassandraStoreOptions
        {
            GetConsistency = ConsistencyLevel.One,
            SetConsistency = ConsistencyLevel.Quorum,
            DeleteConsistency = ConsistencyLevel.All,
        });
        Assert.Equal(
            [ConsistencyLevel.One, ConsistencyLevel.Quorum, ConsistencyLevel.All, ConsistencyLevel.All],
            [statements.Get.Consistency, statements.Set.Consistency, statements.Delete.Consistency, statements.DeleteAgain.Consistency]);
        Assert.True(statements.Delete.Patient); // nothing falls back from a level that was chosen
    }

    [Fact]
    public void By_default_they_are_Kasks()
    {
        SessionStatements statements = new(new CassandraStoreOptions());
        Assert.Equal(
            [ConsistencyLevel.LocalQuorum, ConsistencyLevel.LocalQuorum, ConsistencyLevel.EachQuorum, ConsistencyLevel.LocalQuorum],
            [statements.Get.Consistency, statements.Set.Consistency, statements.Delete.Consistency, statements.DeleteHere.Consistency]);
        Assert.Equal("INSERT INTO \"kask\".\"values\" (key, value) VALUES (?, ?) USING TTL ?", statements.Set.Cql);
        Assert.Equal("DELETE FROM \"kask\".\"values\" WHERE key = ?", statements.Delete.Cql);
    }
}
