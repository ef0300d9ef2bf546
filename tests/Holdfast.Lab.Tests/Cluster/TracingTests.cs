using Holdfast.Lab.Cql.SystemTables;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>What is to be read under a trace's id, in system_traces: what the request did at its coordinator, and no more of it than fits.</summary>
public sealed class TracingTests
{
    private const byte Query = 0x07;
    private const byte Tracing = 0x02;
    private const string Select = "SELECT value FROM s.t WHERE key = 'a'";

    private readonly FrameLab lab = new();

    [Fact]
    public void A_traced_request_tells_every_node_what_it_asked_of_whom()
    {
        var id = Traced("INSERT INTO s.t (key, value) VALUES ('a', 0x00)", FrameLab.Result);
        lab.Cluster.Run(1);
        for (var node = 0; node < 3; node++)
        {
            var client = lab.Connected(node);
            var session = Read(client, "sessions", id);
            Assert.Contains("Execute CQL3 query", session, StringComparison.Ordinal);
            Assert.Contains("LOCAL_QUORUM", session, StringComparison.Ordinal);
            Assert.Contains("INSERT INTO s.t (key, value) VALUES ('a', 0x00)", session, StringComparison.Ordinal);
            var events = Read(client, "events", id);
            Assert.Contains("Executing MUTATION_REQ locally", events, StringComparison.Ordinal);
            for (var replica = 1; replica < 3; replica++)
            {
                Assert.Contains($"Sending MUTATION_REQ message to /{lab.Cluster[replica].Address.Address}:7000", events, StringComparison.Ordinal);
            }

            Assert.Equal(2, Times("MUTATION_RSP", events)); // it was answered then
        }
    }

    [Fact]
    public void A_duration_is_the_time_until_the_answer_and_what_is_not_traced_leaves_nothing()
    {
        var from = lab.Cluster.Scheduler.Now;
        var id = Traced(Select, FrameLab.Result);
        var took = (long)(lab.Cluster.Scheduler.Now - from).TotalMicroseconds;
        lab.Ask(lab.Client.Query(Select), FrameLab.Result);
        lab.Cluster.Run(1);
        var answer = lab.Ask(lab.Client.Query($"SELECT duration FROM system_traces.sessions WHERE session_id = {id}", level: 1), FrameLab.Result);
        Assert.Equal(took, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(answer.Body.AsSpan(^4..)));
        Assert.Single(KeptBy(0).Concat(KeptBy(1)).Concat(KeptBy(2)).Distinct());
    }

    /// <summary>A node that sees nobody still knows why it failed a request: the trace waits with it as a hint.</summary>
    [Fact]
    public void A_refusal_by_a_blind_node_is_found_under_its_trace_once_the_node_sees_again()
    {
        var cut = lab.Cluster.Fault("cut", 0);
        lab.Cluster.Run(40);
        var id = Traced(Select, FrameLab.Error);
        lab.Cluster.Faults.Heal(cut.Id);
        lab.Cluster.Run(60);
        var events = Read(lab.Connected(1), "events", id);
        Assert.Contains("Cannot achieve consistency level LOCAL_QUORUM", events, StringComparison.Ordinal);
        Assert.DoesNotContain("Sending", events, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_statement_as_long_as_a_frame_its_beginning_is_kept()
    {
        var id = Traced($"{Select} /* {new string('x', 1_000_000)} */", FrameLab.Result);
        lab.Cluster.Run(1);
        var kept = Read(lab.Client, "sessions", id).Length + Read(lab.Client, "events", id).Length;
        Assert.InRange(kept, 4_000, 10_000);
    }

    [Fact]
    public void The_newest_thousand_are_kept()
    {
        List<string> ids = [];
        for (var i = 0; i < 2_400; i++)
        {
            ids.Add(Traced("SELECT key FROM system.local", FrameLab.Result));
        }

        lab.Cluster.Run(1);
        for (var node = 0; node < 3; node++)
        {
            Assert.InRange(KeptBy(node).Count(), 900, 1_000);
        }

        Assert.Contains("Parsing SELECT key FROM system.local", Read(lab.Client, "events", ids[^1]), StringComparison.Ordinal);
        Assert.DoesNotContain("Parsing", Read(lab.Client, "events", ids[0]), StringComparison.Ordinal);
    }

    /// <summary>A replica's sessions.</summary>
    private IEnumerable<string> KeptBy(int node)
    {
        var sessions = SystemTableDefinitions.In(SystemKeyspaces.Traces).Single(t => t.Name == "sessions");
        return lab.Cluster[node].Disk.Store.Scan(sessions.Id).Select(p => Convert.ToHexString(p.Key.Bytes));
    }

    private string Traced(string statement, int opcode)
    {
        var frame = lab.Ask(lab.Client, lab.Client.Ask(Query, lab.Client.QueryBody(statement), Tracing), opcode);
        return new Guid(frame.Body.AsSpan(..16), bigEndian: true).ToString();
    }

    private string Read(WireClient client, string table, string id) =>
        lab.Ask(client, client.Query($"SELECT * FROM system_traces.{table} WHERE session_id = {id}", level: 1), FrameLab.Result).Printable;

    private static int Times(string what, string text) => text.Split(what).Length - 1;
}
