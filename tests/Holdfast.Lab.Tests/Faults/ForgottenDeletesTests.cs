using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>What Cassandra's own rules allow: a value comes back when its delete was forgotten before every replica knew of it.</summary>
public sealed class ForgottenDeletesTests
{
    private const double HintWindowHours = 3;

    private readonly TestCluster lab = new();

    [Theory]
    [InlineData(false, 1)] // a tombstone that is still there wins, however late
    [InlineData(true, 2)]
    public void A_deleted_value_comes_back_only_when_its_tombstone_was_compacted_away(bool compacted, int rowsAtAll)
    {
        var client = Connected(0);
        CreateTable(client);
        Insert(client, "kept", 5);
        Insert(client, "deleted", 5);

        var stop = lab.Fault("stop", 2);
        lab.Run((HintWindowHours * 3600) + 60);
        Ask(client, client.Query("DELETE FROM s.t WHERE key = 'deleted'", 4)); // at QUORUM, and nobody keeps a hint any more
        lab.Run(120);
        if (compacted)
        {
            lab.Faults.Apply("compact", ["all"]);
        }

        Assert.Equal(1, CountAt(client, 4)); // QUORUM
        lab.Faults.Heal(stop.Id);
        lab.Run(60);
        Assert.Equal(rowsAtAll, CountAt(client, 5)); // ALL
    }

    /// <summary>A hint of the value, kept by a node that was away while all others learned of the delete and forgot it.</summary>
    [Fact]
    public void A_hint_that_is_older_than_the_grace_brings_nothing_back()
    {
        var (first, second) = (Connected(0), Connected(1));
        CreateTable(first);
        Insert(first, "kept", 5);
        var stop = lab.Fault("stop", 2);
        lab.Run(1);
        Insert(first, "deleted", 4);
        Ask(second, second.Query("DELETE FROM s.t WHERE key = 'deleted'", 4));
        Assert.Equal((1, 1), (lab[0].Disk.Hints.Count, lab[1].Disk.Hints.Count));
        var away = lab.Fault("stop", 0);
        lab.Faults.Heal(stop.Id);
        lab.Run(120);
        Assert.Equal(0, lab[1].Disk.Hints.Count); // and so node 2 knows of the delete
        lab.Faults.Apply("compact", ["all"]);
        lab.Faults.Heal(away.Id);
        lab.Run(60);
        Assert.Equal(0, lab[0].Disk.Hints.Count);
        Assert.Equal(1, CountAt(second, 5)); // ALL
    }

    private WireClient Connected(int node)
    {
        var client = new WireClient(lab[node]);
        Ask(client, client.Startup());
        return client;
    }

    private void CreateTable(WireClient client)
    {
        Ask(client, client.Query("CREATE KEYSPACE s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}"));
        Ask(client, client.Query("CREATE TABLE s.t (key text PRIMARY KEY, value blob) WITH gc_grace_seconds = 60"));
        lab.Run(1);
    }

    private void Insert(WireClient client, string key, ushort level) =>
        Ask(client, client.Query($"INSERT INTO s.t (key, value) VALUES ('{key}', 0x00)", level));

    private int CountAt(WireClient client, ushort level) => Ask(client, client.Query("SELECT count(*) FROM s.t", level)).Body[^1];

    private WireClient.Frame Ask(WireClient client, short stream)
    {
        lab.Scheduler.RunUntil(() => client.AnswerTo(stream) is not null, TimeSpan.FromSeconds(15));
        var frame = client.AnswerTo(stream);
        Assert.NotNull(frame);
        Assert.False(frame.IsError, frame.IsError ? frame.Message : "");
        return frame;
    }
}
