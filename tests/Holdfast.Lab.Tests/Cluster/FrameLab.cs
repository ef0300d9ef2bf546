using Holdfast.Lab.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>A cluster and clients that talk frames to its nodes, with a table of sessions.</summary>
internal sealed class FrameLab
{
    public const int Error = 0x00;
    public const int Ready = 0x02;
    public const int Result = 0x08;

    public FrameLab(ClusterOptions? options = null)
    {
        Cluster = new TestCluster(options: options);
        Client = Connected(0);
        Ask(Client, Client.Query("CREATE KEYSPACE s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}"), Result);
        Ask(Client, Client.Query("CREATE TABLE s.t (key text PRIMARY KEY, value blob)"), Result);
        Cluster.Run(1);
    }

    public TestCluster Cluster { get; }

    /// <summary>Of node 0.</summary>
    public WireClient Client { get; }

    public WireClient Connected(int node, byte version = 4)
    {
        var client = new WireClient(Cluster[node]) { Version = version };
        Ask(client, client.Startup(), Ready);
        return client;
    }

    public WireClient.Frame Ask(short stream, int expected) => Ask(Client, stream, expected);

    public WireClient.Frame Ask(WireClient client, short stream, int expected)
    {
        var frame = Ask(client, stream);
        if (frame.Opcode != expected)
        {
            Assert.Fail(frame.IsError ? frame.Message : $"opcode {frame.Opcode}");
        }

        return frame;
    }

    public WireClient.Frame Ask(WireClient client, short stream)
    {
        Cluster.Scheduler.RunUntil(() => client.AnswerTo(stream) is not null, TimeSpan.FromSeconds(15));
        var frame = client.AnswerTo(stream);
        Assert.NotNull(frame);
        return frame;
    }

    /// <summary>Of an ERROR: what follows the message.</summary>
    public static string FieldsOf(WireClient.Frame error) =>
        Convert.ToHexStringLower(error.Body.AsSpan(6 + System.Text.Encoding.UTF8.GetByteCount(error.Message)));
}
