using Xunit;

namespace Holdfast.Lab.Tests.Model;

public sealed class ModelCheckTests(ITestOutputHelper output)
{
    private const int Seeds = 500;
    private const string Replays = "HOLDFAST_LAB_SEED";

    /// <summary>With HOLDFAST_LAB_SEED set, that one seed, with all that happens in it.</summary>
    private static ulong? Wanted => ulong.TryParse(Environment.GetEnvironmentVariable(Replays), out var seed) ? seed : null;

    [Fact]
    public void No_acknowledged_write_is_unreadable_unless_the_cluster_lost_it_by_its_own_rules()
    {
        var started = TimeProvider.System.GetTimestamp();
        var simulated = TimeSpan.Zero;
        int acknowledged = 0, failed = 0, judged = 0, lost = 0, lossy = 0, expired = 0, forgotten = 0, cameBack = 0;
        if (Wanted is { } wanted)
        {
            var explained = Explain(wanted, out var violations);
            output.WriteLine(explained);
            Assert.True(violations == 0, $"seed {wanted}: {violations} violations");
            return;
        }

        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var history = new RandomHistory(seed).Run();
            if (history.Violations.Count > 0)
            {
                Assert.Fail($"{Explain(seed, out _)}\n{Replays}={seed} replays it");
            }

            simulated += history.Simulated;
            acknowledged += history.Acknowledged;
            failed += history.Failed;
            judged += history.Judged;
            expired += history.Expired;
            forgotten += history.Forgotten;
            cameBack += history.CameBack;
            lost += history.LostByTheCluster;
            lossy += history.LostByTheCluster > 0 ? 1 : 0;
        }

        var real = TimeProvider.System.GetElapsedTime(started);
        output.WriteLine($"{Seeds} seeds: {acknowledged} answered well, {failed} failed, {judged} judged by the oracle, {expired} reads of what had expired; "
            + $"{forgotten} of what was forgotten, {cameBack} of what came back by the rules; "
            + $"{lost} keys lost by the cluster in {lossy} schedules; {simulated.TotalHours:F1} h in {real.TotalSeconds:F1} s, {simulated / real:F0} times real time");
        Assert.True(simulated > 200 * real, "not even two hundred times real time"); // some ten thousand on an idle machine
        Assert.True(lost > 0, "no schedule lost a write: the faults that lose data did nothing");
        Assert.True(expired > 0, "no value expired");
        Assert.True(forgotten > 0, "no compaction forgot anything");
        Assert.True(cameBack > 0, "no delete was forgotten before all knew of it");
        Assert.True(judged > acknowledged / 2, "the oracle judged too little to prove anything");
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            var once = new RandomHistory(seed).Run();
            var again = new RandomHistory(seed).Run();
            Assert.Equal((seed, once.Trace.Count, once.Trace.Hash), (seed, again.Trace.Count, again.Trace.Hash));
            Assert.NotEqual(once.Trace.Hash, new RandomHistory(seed + 1_000).Run().Trace.Hash);
        }
    }

    /// <summary>The same seed again, with what happened in the cluster before it went wrong.</summary>
    private static string Explain(ulong seed, out int violations)
    {
        var history = new RandomHistory(seed);
        history.Trace.KeepLines();
        history.Run();
        violations = history.Violations.Count;
        var changes = history.Trace.Lines.Where(l => !l.Contains(" write ", StringComparison.Ordinal) && !l.Contains(" read ", StringComparison.Ordinal));
        return $"seed {seed}:\n{string.Join('\n', history.Violations.Take(5))}\n{string.Join('\n', changes)}";
    }
}
