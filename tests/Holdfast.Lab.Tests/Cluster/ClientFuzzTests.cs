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
    private const byte Query = 0x07;
    private const byte Prepare = 0x09;
    private const byte Execute = 0x0A;
    private const byte Register = 0x0B;
    private const byte Batch = 0x0D;
    private const byte AuthResponse = 0x0F;
    private const byte Compressed = 0x01;

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
    [InlineData(1, 4)]
    [InlineData(2, 5)]
    public void Nearly_good_requests_are_answered_and_the_node_goes_on(int seed, byte version)
    {
        output.WriteLine($"seed {seed}, version {version}");
        Random random = new(seed);
        var lab = new TestCluster((ulong)seed);
        WireClient client = Connect(lab, version);
        List<byte[]> ids = [];
        var results = 0;
        for (var i = 0; i < Requests; i++)
        {
            var opcode = (byte)(random.Next(20) switch { 0 => Batch, 1 => Register, 2 => AuthResponse, < 9 => Query, < 14 => Prepare, _ => Execute });
            var body = opcode is Query or Prepare or Execute ? Body(random, opcode, ids, version) : OtherBody(random, opcode);
            var asked = client.Ask(opcode, body, (byte)(random.Next(30) == 0 ? random.Next(256) & ~Compressed : 0));
            lab.Scheduler.RunFor(TimeSpan.FromMilliseconds(20));
            if (client.Ended is not null)
            {
                client = Connect(lab, version);
                continue;
            }

            var answer = client.AnswerTo(asked);
            Assert.NotNull(answer);
            results += answer.IsError ? 0 : 1;
            if (answer is { Opcode: 0x08, Code: 4, Flags: 0 })
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

    private static WireClient Connect(TestCluster lab, byte version)
    {
        WireClient client = new(lab[0]) { Version = version };
        client.Startup();
        client.Query("CREATE KEYSPACE IF NOT EXISTS f WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}");
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
        client.Query("CREATE TABLE IF NOT EXISTS f.t (key text PRIMARY KEY, value blob)");
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
        return client;
    }

    /// <summary>A good one of its kind, with a few bytes changed, or cut off.</summary>
    private static byte[] OtherBody(Random random, byte opcode)
    {
        byte[] body = opcode switch
        {
            Batch => [0, 0, 1, 0, 0, 0, 0, 1, (byte)'S', 0, 0, 0, 6, 0, 0, 0, 0],
            Register => [0, 1, 0, 13, .. "STATUS_CHANGE"u8],
            _ => [0, 0, 0, 4, 0, (byte)'u', 0, (byte)'p'],
        };
        for (var i = random.Next(3); i > 0; i--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return random.Next(4) == 0 ? body[..random.Next(body.Length)] : body;
    }

    private static byte[] Body(Random random, byte opcode, List<byte[]> ids, byte version)
    {
        List<byte> body = [];
        if (opcode == Execute)
        {
            var id = ids.Count > 0 && random.Next(20) != 0 ? ids[random.Next(ids.Count)] : [1, 2];
            body.AddRange([0, (byte)id.Length, .. id]);
            body.AddRange(version == 5 ? [0, (byte)id.Length, .. id] : []);
        }
        else
        {
            var text = Encoding.UTF8.GetBytes(Mutated(random, Statements[random.Next(Statements.Length)]));
            body.AddRange([0, 0, (byte)(text.Length >> 8), (byte)text.Length, .. text]);
        }

        if (opcode == Prepare)
        {
            body.AddRange(version == 5 ? [0, 0, 0, (byte)(random.Next(10) == 0 ? random.Next(2) : 0)] : []);
        }
        else
        {
            var flags = (byte)(random.Next(4) == 0 ? random.Next(256) : 1);
            body.AddRange([0, (byte)random.Next(12), .. version == 5 ? (byte[])[0, 0, (byte)random.Next(2), flags] : [flags]]);
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
