using Holdfast.Lab.Scenarios;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

/// <summary>`lab run`'s client meets what happens to frames and connections, and the timeline says what it was.</summary>
public sealed class WorkloadFaultsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("half-open", "", "no response received from cassandra within timeout period", "eqiad-1: heartbeat failed")]
    [InlineData("reset", "share: 20%", "connection reset by peer", "eqiad-1: connection reset by peer")]
    [InlineData("truncate", "share: 20%", "EOF", "eqiad-1: EOF")]
    [InlineData("corrupt", "share: 20%", "checksum mismatch", "eqiad-1: checksum mismatch")]
    [InlineData("late", "by: 3s", "no response received from cassandra within timeout period", "")]
    [InlineData("unprepared", "", "unprepared, however often it is prepared again", "")]
    [InlineData("unprepared", "share: 60%", "", "")] // gocql prepares again until it gets through
    [InlineData("pause", "", "no response received from cassandra within timeout period", "")]
    [InlineData("overloaded", "", "Server is in overloaded state. Cannot accept more requests at this point", "")]
    [InlineData("failing", "kind: read-timeout", "Operation timed out - received only 1 responses.", "")]
    [InlineData("bootstrapping", "", "Cannot read from a bootstrapping node", "")]
    [InlineData("schema-disagreement", "", "", " tells 2 versions of the schema")]
    public void A_fault_of_one_node_is_told_with_its_reason(string kind, string with, string error, string connection)
    {
        var (intervals, lines) = Play($"{{ at: 5s, fault: {kind}, nodes: [eqiad-1], with: {{ {with} }} }}", $"{{ at: {(kind == "half-open" ? 70 : 35)}s, heal: {kind} }}");
        Assert.Equal(0, intervals[0].From.TotalSeconds);
        var errors = intervals.SelectMany(i => i.Errors).Select(e => e.Key).ToHashSet();
        Assert.Equal(error.Length > 0, errors.Contains(error));
        Assert.Empty(errors.Except([error, "heartbeat failed", "the node is said to be down"])); // how a silent connection ends
        Assert.Contains(lines, l => l.Contains("  conn   ", StringComparison.Ordinal) && l.EndsWith(connection, StringComparison.Ordinal) || connection.Length == 0);
        Assert.All(intervals.Where(i => i.From >= TimeSpan.FromSeconds(100)), i => Assert.Equal(0, i.Failed)); // whoever was down is dialled once a minute
    }

    /// <summary>Whoever is connected stays so; who has to come again is refused, and when all refuse, nobody is left.</summary>
    [Fact]
    public void Refused_credentials_are_told_by_the_connections_that_they_cost()
    {
        var (intervals, lines) = Play(
            "{ at: 5s, fault: refuse-auth, nodes: [eqiad] }", "{ at: 10s, fault: reset, nodes: [eqiad], with: { share: 100%, for: 1s } }",
            "{ at: 35s, heal: refuse-auth }");
        Assert.Contains(lines, l => l.Contains("conn   eqiad-2: Provided username lab and/or password are incorrect", StringComparison.Ordinal));
        Assert.Contains(intervals.SelectMany(i => i.Errors), e => e.Key == "no hosts available in the pool");
        Assert.All(intervals.Where(i => i.From >= TimeSpan.FromSeconds(100)), i => Assert.Equal(0, i.Failed));
    }

    [Fact]
    public void A_restarted_node_has_forgotten_what_was_prepared_and_no_request_fails_of_it()
    {
        var (intervals, lines) = Play("{ at: 5s, fault: reboot, nodes: [eqiad-1], with: { down: 1s } }");
        Assert.InRange(intervals.Sum(i => i.Failed), 0, 3);
        Assert.Contains(lines, l => l.Contains("conn   eqiad-1: connected", StringComparison.Ordinal));
    }

    /// <summary>What no check of the file can know is a line, and the play goes on.</summary>
    [Fact]
    public void A_fault_that_cannot_be_done_then_is_a_line_and_no_end()
    {
        var (intervals, lines) = Play("{ at: 5s, fault: kill, nodes: [eqiad-3] }", "{ at: 10s, fault: remove-node, nodes: [eqiad-3] }");
        Assert.Contains(lines, l => l.Contains("remove-node cannot be done now: remove-node: eqiad-3 is Down", StringComparison.Ordinal));
        Assert.True(intervals[^1].Succeeded > 0);
    }

    private (IReadOnlyList<Interval> Intervals, List<string> Lines) Play(params string[] steps)
    {
        var lines = new List<string>();
        var scenario = ScenarioFile.Parse("the.yaml", new StringReader($$"""
            name: frames
            cluster: { eqiad: 3 }
            workload: { rate: 30, timeout: 2s }
            timeline: [{{string.Join(", ", steps)}}]
            lasts: 120s
            """));
        var run = new ScenarioRun(scenario, 1, lines.Add);
        run.Begin();
        run.Cluster.Scheduler.RunUntil(run.End);
        lines.ForEach(output.WriteLine);
        return (run.Timeline.Intervals, lines);
    }
}
