using Holdfast.Acceptance.Cluster;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>
/// 2023-01-24 as MediaWiki's users lived it: one of three coordinators has rejoined without seeing its peers. A wiki whose sessions are
/// in a service built as Kask is built (bench/peers/gocql-http) loses every edit; one whose sessions are in Holdfast, on the same cluster
/// at the same time, loses none.
/// </summary>
public sealed class BlindCoordinatorTests(ITestOutputHelper output)
{
    private const int Edits = 60;
    private const string Blind = "eqiad-2";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly IReadOnlyList<string> _account = Editors.Names(1);

    /// <summary>
    /// Each edit is made by a browser of its own, which logs in for it: ten calls of the store, one after the other, and gocql takes the
    /// three coordinators in turn, so that the blind one gets three of the ten. A single call out of turn (its own control connection's, a
    /// heartbeat's) cannot spare an edit; four that follow one another might, and one edit in sixty is allowed for that.
    /// </summary>
    [Fact]
    public async Task Of_sixty_edits_the_peer_loses_sixty_and_Holdfast_none()
    {
        TestSettings.SkipWhenFast();
        GoPeer.SkipUnlessPossible();
        await Wiki.SkipUnlessInstalledAsync();
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(6);
        await using HoldfastProcess holdfast = await HoldfastProcess.StartOnClusterAsync(cluster, protection: true);
        await using GoPeer kask = await GoPeer.StartAsync(cluster);
        await using Wiki ours = await Wiki.StartAsync(holdfast.Sessions, _account);
        await using Wiki theirs = await Wiki.StartAsync(kask.Sessions, _account);
        AssertAllOk(await EditAsync(theirs, Edits), "while every coordinator is well, at the peer");

        await cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "rejoin-blind", Blind, "down=2s", "stuck=true")));
        await UntilAThirdFailsAsync(kask.Sessions);
        Assert.True(await cluster.IsBlindAsync(Blind));
        Task<IReadOnlyList<EditOutcome>> atHoldfast = EditAsync(ours, Edits);
        IReadOnlyList<EditOutcome> atPeer = await EditAsync(theirs, Edits);

        int lost = atPeer.Count(edit => !edit.IsOk);
        output.WriteLine($"with one blind coordinator of three: {lost} of {Edits} edits failed at the peer, "
            + $"{(await atHoldfast).Count(edit => !edit.IsOk)} of {Edits} at Holdfast");
        foreach (IGrouping<string, EditOutcome> reason in atPeer.Where(edit => !edit.IsOk).GroupBy(edit => edit.Error[..Math.Min(120, edit.Error.Length)]))
        {
            output.WriteLine($"{reason.Count()} x {reason.Key}");
        }

        AssertAllOk(await atHoldfast, "with one blind coordinator, at Holdfast");
        Assert.Equal(0, (await RequestCounts.ReadAsync(holdfast.Root)).Failures);
        Assert.InRange(lost, Edits - 1, Edits);
        Assert.True(await cluster.IsBlindAsync(Blind), "it was blind to the end");
    }

    private async Task<IReadOnlyList<EditOutcome>> EditAsync(Wiki wiki, int edits)
    {
        List<EditOutcome> outcomes = [];
        for (int number = 0; number < edits; number++)
        {
            using Editor browser = new(wiki.Address, _account[0]);
            outcomes.Add(await browser.LogInAndEditAsync(number));
        }

        return outcomes;
    }

    /// <summary>gocql comes back to a node that has restarted within half a minute or so.</summary>
    private static async Task UntilAThirdFailsAsync(Uri sessions)
    {
        using HttpClient http = new();
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            int failed = 0;
            for (int i = 0; i < 12; i++)
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(sessions, "nobody"));
                failed += (int)answer.StatusCode >= 500 ? 1 : 0;
            }

            if (failed is >= 3 and <= 5)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, $"{failed} of 12 requests fail at the peer");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    private static void AssertAllOk(IReadOnlyList<EditOutcome> edits, string when) => Assert.True(
        edits.Count == Edits && edits.All(edit => edit.IsOk),
        $"{when}: {edits.Count(edit => edit.IsOk)} of {Edits} ok; {edits.FirstOrDefault(edit => !edit.IsOk)?.Error}");
}
