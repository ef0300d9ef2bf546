using Holdfast.Cql.Health;
using Holdfast.Simulation.Tests.Incidents;
using Xunit;

namespace Holdfast.Simulation.Tests;

/// <summary>The incidents have teeth: with one safeguard switched off, the one it is there for hurts somebody.</summary>
public sealed class TeethTests(ITestOutputHelper output)
{
    private static readonly SortedDictionary<Safeguards, string> s_incidentOf = new()
    {
        [Safeguards.ContradictedUnavailables] = "two peers say goodbye and are blind to nobody",
        [Safeguards.ContradictedTimeouts] = "paused while few come",
        [Safeguards.Bootstrapping] = "bootstrapping",
        [Safeguards.AttributableFailures] = "refuses everything at once",
        [Safeguards.ContradictedShare] = "reads fail in the cluster",
        [Safeguards.ContradictedProbes] = "blind while nobody comes",
        [Safeguards.Probation] = "2023-01-24: a node is rebooted and rejoins blind",
        [Safeguards.Guard] = "two refuse, and then the third one",
        [Safeguards.LastResort] = "everybody loses power",
        [Safeguards.RetryUnavailable] = "two peers say goodbye and are blind to nobody",
        [Safeguards.RetryBootstrapping] = "bootstrapping",
        [Safeguards.RetryOverloaded] = "refuses everything at once",
        [Safeguards.RetryServerError] = "fails everything at once",
        [Safeguards.RetryConnectionLost] = "connections are reset",
        [Safeguards.RetryAttemptTimeout] = "everybody answers late",
        [Safeguards.RetryReadTimeout] = "reads time out in the cluster",
        [Safeguards.RetryWriteTimeout] = "writes time out in the cluster",
        [Safeguards.RetryReadFailure] = "reads fail in the cluster",
        [Safeguards.RetryWriteFailure] = "writes fail in the cluster",
        [Safeguards.PrepareAgain] = "statements are forgotten everywhere",
        [Safeguards.Hedging] = "paused",
        [Safeguards.Waiting] = "everybody refuses for a second",
        [Safeguards.ReconnectInNeed] = "everybody loses power",
        [Safeguards.Heartbeats] = "loses power",
        [Safeguards.OrphanedStreams] = "everybody answers late",
        [Safeguards.ClockCorrection] = "two instances with other clocks and one key after another",
        [Safeguards.SecondOpinion] = "a reimaged host that sees nobody is left alone",
    };

    public static TheoryData<string> All => [.. Enum.GetNames<Safeguards>().Where(name => name != nameof(Safeguards.None))];

    [Theory]
    [MemberData(nameof(All))]
    public void Without_it_somebody_is_hurt(string safeguard)
    {
        Safeguards without = Enum.Parse<Safeguards>(safeguard);
        Incident incident = IncidentCatalog.Named(s_incidentOf[without]);
        List<IncidentRun> runs = [.. new ulong[] { 1, 2, 3 }.Select(seed => incident.Play(seed, without))];
        foreach (IncidentRun run in runs)
        {
            output.WriteLine($"{run}: {string.Join("; ", run.Broken.Take(3))}");
        }

        Assert.Contains(runs, run => run.Broken.Count > 0);
    }
}
