using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>StorageProxy.read refuses reads of a partition outside the system keyspaces while a node bootstraps, and nothing else.</summary>
public sealed class BootstrappingTests
{
    private readonly FrameLab lab = new();

    [Theory]
    [InlineData("SELECT value FROM s.t WHERE key = 'a'", true)]
    [InlineData("SELECT value FROM s.t WHERE key IN ('a', 'b')", true)]
    [InlineData("SELECT value FROM s.t", false)]
    [InlineData("INSERT INTO s.t (key, value) VALUES ('a', 0x00)", false)]
    [InlineData("DELETE FROM s.t WHERE key = 'a'", false)]
    [InlineData("SELECT * FROM system.local", false)]
    public void Reads_of_a_partition_are_refused_and_nothing_else(string statement, bool isRefused)
    {
        var fault = lab.Cluster.Fault("bootstrapping", 0);
        var answer = lab.Ask(lab.Client.Query(statement), isRefused ? FrameLab.Error : FrameLab.Result);
        if (isRefused)
        {
            Assert.Equal((0x1002, "Cannot read from a bootstrapping node"), (answer.Code, answer.Message));
        }

        Assert.Equal(0, lab.Cluster[0].Process!.Gate.InFlight);
        lab.Cluster.Faults.Heal(fault.Id);
        lab.Ask(lab.Client.Query(statement), FrameLab.Result);
    }

    [Fact]
    public void The_oracle_knows_which_of_them()
    {
        lab.Cluster.Fault("bootstrapping", 0);
        var moment = ClusterMoment.Of(lab.Cluster.Cluster);
        Assert.Equal(Verdict.Refuses, Oracle.Judge(moment, 0, Ask(isWrite: false)));
        Assert.NotEqual(Verdict.Refuses, Oracle.Judge(moment, 0, Ask(isWrite: true)));

        Question Ask(bool isWrite) => new(0, lab.Cluster.Replication, ConsistencyLevel.LocalQuorum, isWrite);
    }
}
