using Holdfast.Lab.Cluster;
using Holdfast.Lab.Commands;
using Holdfast.Lab.Control;
using Spectre.Console;
using Xunit;

namespace Holdfast.Lab.Tests.Commands;

/// <summary>The table that an operator watches: the incident on it, as text.</summary>
public sealed class NodeTableTests
{
    private static readonly string[] Names = ["eqiad-1", "eqiad-2", "eqiad-3"];

    [Fact]
    public void A_blind_node_sees_nobody_and_is_seen_by_all_and_its_errors_are_told_by_the_second()
    {
        var before = State(10, [Node(0, 100, 0), Node(1, 100, 0), Node(2, 100, 0)]);
        var now = State(12, [Node(0, 164, 64) with { SeesUp = [], InFlight = 3, Connections = 2, Hints = 7 }, Node(1, 168, 0), Node(2, 170, 1)]) with
        {
            Faults = [new FaultReport(1, "rejoin-blind", ["eqiad-1"], new Dictionary<string, string>(), 3)],
        };
        Assert.Equal(
            """
            Test Cluster, up 12 s, seed 7, port 9042
            node     address    state  sees  seen by  req/s  errors/s  in flight  clients  hints
            eqiad-1  127.0.1.1  open   ·--   ·++         32        32          3        2      7
            eqiad-2  127.0.1.2  open   +·+   +·+         34         0          0        1      0
            eqiad-3  127.0.1.3  open   ++·   ++·         35         0          0        1      0
            faults: #1 rejoin-blind eqiad-1
            """,
            Rendered(before, now, width: 100, height: 40));
    }

    [Fact]
    public void A_node_that_is_not_open_says_what_it_does()
    {
        var now = State(1, [Node(0) with { State = NodeState.Paused }, Node(1) with { State = NodeState.Down, SeesUp = [] }, Node(2) with { State = NodeState.WaitingForPeers }]);
        var lines = Rendered(now, now, width: 100, height: 40).Split('\n');
        Assert.Matches("^eqiad-1 .* paused ", lines[2]);
        Assert.Matches("^eqiad-2 .* down ", lines[3]);
        Assert.Matches("^eqiad-3 .* waiting ", lines[4]);
    }

    [Fact]
    public void A_node_that_has_started_again_counts_from_nothing_and_not_backwards()
    {
        var lines = Rendered(State(10, [Node(0, 5_000, 9)]), State(11, [Node(0, 3, 0)]), width: 100, height: 40).Split('\n');
        Assert.Matches(@"^eqiad-1 .*  0 +0 +0 +1 +0$", lines[2]);
    }

    [Fact]
    public void On_a_small_terminal_the_columns_that_matter_least_and_the_last_nodes_make_room()
    {
        var nodes = Enumerable.Range(0, 20).Select(i => Node(0) with { Name = $"eqiad-{i + 1}", SeesUp = [.. Enumerable.Range(0, 18).Select(n => $"x{n}")] }).ToList();
        var text = Rendered(State(1, nodes), State(1, nodes), width: 80, height: 16);
        Assert.DoesNotContain("hints", text, StringComparison.Ordinal);
        Assert.Contains("in flight", text, StringComparison.Ordinal);
        Assert.Equal(10, text.Split('\n').Count(l => l.StartsWith("eqiad-", StringComparison.Ordinal)));
        Assert.Contains("18/19", text, StringComparison.Ordinal); // too many for a mark each
        Assert.EndsWith("and 10 more nodes; `lab state` tells of all", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), l => Assert.True(l.Length <= 80));
    }

    [Fact]
    public void A_name_with_brackets_is_a_name()
    {
        var odd = State(1, [Node(0) with { Name = "[red]-1" }]);
        Assert.Contains("[red]-1", Rendered(odd, odd, width: 100, height: 40), StringComparison.Ordinal);
    }

    private static NodeReport Node(int index, long requests = 0, long errors = 0) => new(
        Names[index], $"127.0.1.{index + 1}:9042", "eqiad", "rack1", Guid.Empty, NodeState.Open, true,
        [.. Names.Where(n => n != Names[index])], [.. Names.Where(n => n != Names[index])], requests, errors, 0, 1, 0, 0);

    private static LabState State(double at, IReadOnlyList<NodeReport> nodes) => new("Test Cluster", 7, at, nodes, []);

    private static string Rendered(LabState before, LabState now, int width, int height)
    {
        using var printed = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(printed), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Write(NodeTable.Of(before, now, console.Profile));
        return string.Join('\n', printed.ToString().TrimEnd().Split('\n').Select(l => l.TrimEnd()));
    }
}
