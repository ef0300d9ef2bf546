using System.Globalization;
using System.Text;
using Holdfast.Lab.Workload;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

/// <summary>
/// The same table's other column: gocql 1.3 with a query timeout of 12 s, its default in the original service, asked by clients who give
/// up after 3 s, with deletes among the requests. Row by row, in virtual time.
/// </summary>
public sealed class GocqlPatienceTableTests(ITestOutputHelper output)
    : GocqlColumn(output, "reads: 0.6, writes: 0.3, deletes: 0.1, timeout: 12s, patience: 3s")
{
    private const string GivenUp = "given up by the client";

    /// <summary>245 of 3,824 given up: a third of those whose 3 s end within the ten of the pause. The driver itself sees no error at all.</summary>
    [Fact]
    public void Ten_seconds_of_pause_are_waited_for_by_the_driver_and_not_by_its_clients()
    {
        var failed = Play("38s", "{ at: 10s, fault: pause, nodes: [eqiad-1], with: { for: 10s } }").Failed;
        Assert.InRange(failed.Count, 200, 280);
        Assert.All(failed, f => Assert.Equal((GivenUp, 3.0, 0), (f.Error, Math.Round(f.After.TotalSeconds, 3), f.Node)));
    }

    /// <summary>
    /// In that row 4 reads gave what a later acknowledged request had replaced, and the page guesses why. So it happens here: writes that
    /// wait for their statement behind the pause are given up, then stamped as they are sent, and stand over newer ones that were acknowledged.
    /// </summary>
    [Fact]
    public void A_write_that_waited_behind_a_pause_and_was_given_up_replaces_a_newer_acknowledged_one()
    {
        var played = GocqlRun.Play(
            Output, "reads: 0.5, writes: 0.5, keys: 40, timeout: 12s, patience: 3s", "10.1s", ["{ at: 0s, fault: pause, nodes: [eqiad-1], with: { for: 10s } }"]);
        var table = played.Cluster.Nodes[1].Process!.Schema.Current.FindTable("kask", "values")!;
        var standing = played.Cluster.Nodes[1].Disk.Store.Scan(table.Id).ToDictionary(
            p => Encoding.UTF8.GetString(p.Key.Bytes), p => BitConverter.ToInt64(p.Rows[0].Cells[0].Value)); // when it was asked for
        var given = played.All.Where(r => r.Result is { Kind: OperationKind.Write, Error: GivenUp })
            .Select(r => (r.Result.Key, (r.At - r.Result.After).Ticks)).ToHashSet();
        var acknowledged = played.All.Where(r => r.Result is { Kind: OperationKind.Write, Error: null })
            .GroupBy(r => r.Result.Key).ToDictionary(g => g.Key, g => g.Max(r => (r.At - r.Result.After).Ticks));
        var replaced = acknowledged.Count(a => standing[a.Key] < a.Value && given.Contains((a.Key, standing[a.Key])));
        Output.WriteLine($"{replaced} of {acknowledged.Count} keys hold a write that was given up, and not the newer acknowledged one");
        Assert.InRange(replaced, 1, acknowledged.Count);
    }

    /// <summary>
    /// 302 errors and 266 given up of 5,926: what the node says after its own 2 s is an error, what it would say after 5 s comes too late.
    /// </summary>
    [Fact]
    public void Forty_seconds_of_dropped_packets_cost_the_node_s_errors_for_writes_and_patience_for_reads()
    {
        var failed = Play("59s", "{ at: 10s, fault: cut-in, nodes: [eqiad-1], with: { for: 40s } }").Failed;
        var (given, errors) = (failed.Where(f => f.Error == GivenUp).ToList(), failed.Where(f => f.Error != GivenUp).ToList());
        Assert.InRange(given.Count, 200, 450);
        Assert.InRange(errors.Count, 200, 450);
        Assert.All(given, f => Assert.Equal(OperationKind.Read, f.Kind));
        Assert.All(failed, f => Assert.Equal(0, f.Node));
        var told = errors.Where(f => f.Error == "Operation timed out - received only 1 responses.").ToList();
        Assert.InRange(told.Count, 150, 350);
        Assert.All(told, f => Assert.Equal(2, f.After.TotalSeconds, 1));
        Assert.All(told, f => Assert.NotEqual(OperationKind.Read, f.Kind));
    }

    /// <summary>
    /// 154 of 16,995, where the column beside it has 1,247 of 14,990, after 40 to 45 s of blindness in both: gocql dials a host that it has
    /// given up once a minute, and it is chance whether that minute ends soon after the host opens its port or shortly before it heals.
    /// From then on a third fails, each with the incident's own log line.
    /// </summary>
    [Theory]
    [InlineData(20, 123.5, 154)]
    [InlineData(50, 156.5, 1_247)]
    public void The_incident_costs_a_third_from_the_moment_at_which_the_pool_takes_the_host_back(double stop, double heal, int measured)
    {
        var played = Play(
            "180s",
            Invariant($"{{ at: {stop}s, fault: cut-in, nodes: [eqiad-1] }}"),
            Invariant($"{{ at: {stop}s, fault: stop, nodes: [eqiad-1], with: {{ for: 5s }} }}"),
            Invariant($"{{ at: {heal}s, heal: cut-in }}"));
        var blind = heal - played.MomentOf("eqiad-1 opens CQL").TotalSeconds;
        var used = heal - played.MomentOf("eqiad-1: connected").TotalSeconds;
        var refused = played.Failed.Where(f => f.Error!.StartsWith("Cannot achieve consistency level ", StringComparison.Ordinal)).ToList();
        Output.WriteLine(Invariant($"blind for {blind:F1} s, used for {used:F1} s of them, {refused.Count} refused; measured: {measured}"));
        Assert.InRange(blind, 38, 46);
        Assert.InRange(refused.Count, measured * 0.8, measured * 1.2);
        Assert.InRange(refused.Count / (used * 100), 0.30, 0.37); // of a hundred a second
        Assert.All(refused, f => Assert.Equal(0, f.Node));
        Assert.InRange(played.Failed.Count - refused.Count, 0, 3); // what was under way when it was stopped
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
