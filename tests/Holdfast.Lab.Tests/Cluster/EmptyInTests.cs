using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>No key at all: nobody is asked, and the answer comes all the same.</summary>
public sealed class EmptyInTests
{
    private readonly FrameLab lab = new();

    [Theory]
    [InlineData("SELECT value FROM s.t WHERE key IN ()", 2, "00000000")]
    [InlineData("SELECT count(*) FROM s.t WHERE key IN ()", 2, "00000001000000080000000000000000")]
    [InlineData("DELETE FROM s.t WHERE key IN ()", 1, "")]
    [InlineData("UPDATE s.t SET value = 0x00 WHERE key IN ()", 1, "")]
    public void A_statement_about_no_key_is_answered_at_once(string statement, int kind, string rows)
    {
        var before = lab.Cluster.Scheduler.Now;
        var answer = lab.Ask(lab.Client.Query(statement), FrameLab.Result);
        Assert.Equal(kind, answer.Code);
        Assert.EndsWith(rows, Convert.ToHexStringLower(answer.Body), StringComparison.Ordinal);
        Assert.Equal(before, lab.Cluster.Scheduler.Now);
        Assert.Equal(0, lab.Cluster[0].Process!.Gate.InFlight);
    }

    [Fact]
    public void A_list_without_elements_is_no_key_either_and_needs_no_replica()
    {
        var id = lab.Ask(lab.Client.Prepare("SELECT value FROM s.t WHERE key IN ?"), FrameLab.Result).PreparedId;
        lab.Cluster.Fault("kill", 1);
        lab.Cluster.Fault("kill", 2);
        lab.Cluster.Run(40);
        Assert.Equal(2, lab.Ask(lab.Client.Execute(id, 6, "\0\0\0\0"), FrameLab.Result).Code);
        Assert.Equal(0, lab.Cluster[0].Process!.Gate.InFlight);
        Assert.Equal(0x1000, lab.Ask(lab.Client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Error).Code);
    }
}
