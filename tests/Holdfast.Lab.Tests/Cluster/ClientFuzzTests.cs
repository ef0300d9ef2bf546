using System.Text;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>
/// Clients that send nearly good requests to a whole node: whatever they are, each gets an answer, and the node goes on. An
/// exception would come out of the scheduler and end the lab.
/// </summary>
public sealed class ClientFuzzTests(ITestOutputHelper output)
{
    private const int Requests = 20_000;

    private static readonly string[] Statements =
    [
        "SELECT value, TTL(value), WRITETIME(value) FROM f.t WHERE key = ? LIMIT ?",
        "SELECT count(*) FROM f.t WHERE key IN (?, 'a', :name)",
        "INSERT INTO f.t (key, value) VALUES (?, ?) USING TTL ? AND TIMESTAMP ?",
        "UPDATE f.t USING TTL ? SET value = ? WHERE key = ?",
        "DELETE value FROM f.t USING TIMESTAMP ? WHERE key = ?",
        "SELECT * FROM system.local", "SELECT * FROM system.peers_v2", "SELECT * FROM system_schema.columns WHERE keyspace_name = ?",
        "CREATE TABLE f.u (a int, b uuid, c map<text, int>, d set<inet>, PRIMARY KEY (a, b)) WITH comment = 'x'",
        "INSERT INTO f.u (a, b, c, d) VALUES (?, ?, {'a': 1}, {'127.0.0.1'})", "DROP TABLE f.u", "USE f", "TRUNCATE f.t",
        "BEGIN BATCH INSERT INTO f.t (key) VALUES ('a') APPLY BATCH",
        "CREATE KEYSPACE g WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}", "DROP KEYSPACE g",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nearly_good_requests_are_answered_and_the_node_goes_on(int seed)
    {
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        var lab = new TestCluster((ulong)seed);
        WireClient client = Connect(lab);
        List<byte[]> ids = [];
        var results = 0;
        for (var i = 0; i < Requests; i++)
        {
            var opcode = (byte)(random.Next(3) switch { 0 => 0x07, 1 => 0x09, _ => 0x0A });
            var asked = client.Ask(opcode, Body(random, opcode, ids));
            lab.Scheduler.RunFor(TimeSpan.FromMilliseconds(20));
            if (client.Ended is not null)
            {
                client = Connect(lab);
                continue;
            }

            var answer = client.AnswerTo(asked);
            Assert.NotNull(answer);
            results += answer.IsError ? 0 : 1;
            if (answer is { Opcode: 0x08, Code: 4 })
            {
                ids.Add(answer.PreparedId);
            }

            client.Frames.Clear();
        }

        lab.Scheduler.RunFor(TimeSpan.FromSeconds(30));
        var last = client.Query("SELECT cluster_name FROM system.local");
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0x08, client.AnswerTo(last)!.Opcode);
        output.WriteLine($"{results} results, the rest refused");
        Assert.InRange(results, Requests / 10, Requests * 9 / 10);
    }

    private static WireClient Connect(TestCluster lab)
    {
        WireClient client = new(lab[0]);
        client.Startup();
        client.Query("CREATE KEYSPACE IF NOT EXISTS f WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}");
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
        client.Query("CREATE TABLE IF NOT EXISTS f.t (key text PRIMARY KEY, value blob)");
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
        return client;
    }

    private static byte[] Body(Random random, byte opcode, List<byte[]> ids)
    {
        List<byte> body = [];
        if (opcode == 0x0A)
        {
            var id = ids.Count > 0 && random.Next(20) != 0 ? ids[random.Next(ids.Count)] : [1, 2];
            body.AddRange([0, (byte)id.Length, .. id]);
        }
        else
        {
            var text = Encoding.UTF8.GetBytes(Mutated(random, Statements[random.Next(Statements.Length)]));
            body.AddRange([0, 0, (byte)(text.Length >> 8), (byte)text.Length, .. text]);
        }

        if (opcode != 0x09)
        {
            body.AddRange([0, (byte)random.Next(12), (byte)(random.Next(4) == 0 ? random.Next(256) : 1)]);
            var count = random.Next(5);
            body.AddRange([0, (byte)count]);
            for (var i = 0; i < count; i++)
            {
                var value = new byte[random.Next(3) switch { 0 => 4, 1 => 8, _ => random.Next(20) }];
                random.NextBytes(value.AsSpan(value.Length > 2 ? value.Length - 2 : 0));
                body.AddRange(random.Next(8) switch
                {
                    0 => [0xFF, 0xFF, 0xFF, 0xFF],
                    1 => [0xFF, 0xFF, 0xFF, 0xFE],
                    _ => [0, 0, 0, (byte)value.Length, .. value],
                });
            }

            body.AddRange(new byte[random.Next(2) * 20]);
        }

        return [.. body];
    }

    private static string Mutated(Random random, string statement)
    {
        if (random.Next(2) == 0)
        {
            return statement;
        }

        StringBuilder text = new(statement);
        for (var i = random.Next(3); i >= 0; i--)
        {
            var at = random.Next(text.Length);
            var other = Statements[random.Next(Statements.Length)];
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at)).Append(' ');
                    break;
                case 1:
                    text[at] = (char)random.Next(32, 127);
                    break;
                case 2:
                    text.Insert(at, other[random.Next(other.Length)..]);
                    break;
                default:
                    text.Insert(at, random.Next(2) == 0 ? " ? " : $" {random.NextInt64(long.MinValue, long.MaxValue)} ");
                    break;
            }
        }

        return text.ToString();
    }
}
