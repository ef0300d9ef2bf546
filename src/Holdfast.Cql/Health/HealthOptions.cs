namespace Holdfast.Cql.Health;

/// <summary>
/// The numbers of coordinator health, with the reason beside each. They are defaults of a design, not of a protocol;
/// changing one calls for a measurement and a decision record.
/// </summary>
public sealed record HealthOptions
{
    /// <summary>Decide and report everything, act on nothing: for a first deployment.</summary>
    public bool Observe { get; init; }

    /// <summary>For tests alone: what is switched off, to show that it is needed.</summary>
    internal Safeguards Without { get; init; }

    /// <summary>Contradicted Unavailables within <see cref="ContradictionWindow"/> that eject: one may be a race with a
    /// replica's restart, two are not.</summary>
    public int ContradictedUnavailables { get; init; } = 2;

    /// <summary>Contradicted attempt timeouts within <see cref="ContradictionWindow"/> that eject: a timeout is weaker
    /// evidence than an answer, so one more.</summary>
    public int ContradictedTimeouts { get; init; } = 3;

    /// <summary>The part of what it was asked on the same replica sets, since the first of them was sent, that these timeouts have to be: a healthy
    /// coordinator that is short of processor time, or waits for a replica that is, serves the other requests. Of three nodes on two
    /// processors under load, the two that were well were ejected together with the one that was paused; one that is cut off serves none
    /// (docs/decisions/0085).</summary>
    public double TimeoutShare { get; init; } = 1.0 / 3;

    /// <summary>How often it is told that the guard keeps a coordinator in service, while evidence against it comes in.</summary>
    public TimeSpan WithheldInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a contradiction counts towards an ejection.</summary>
    public TimeSpan ContradictionWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Failures in a row, plainly the coordinator's own, that eject.</summary>
    public int AttributableFailures { get; init; } = 5;

    /// <summary>Requests within <see cref="ShareWindow"/> before the contradicted share is judged at all.</summary>
    public int ShareRequests { get; init; } = 20;

    /// <summary>The contradicted share that ejects.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>The median share of the other coordinators above which the share ejects nobody: then it is the cluster.</summary>
    public double ShareOfOthers { get; init; } = 0.1;

    /// <summary>Over what time the share is taken.</summary>
    public TimeSpan ShareWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failed probes in a row whose keys passed through another coordinator that eject.</summary>
    public int ContradictedProbes { get; init; } = 2;

    /// <summary>Good probe rounds in a row that lead from Probation to Up; doubled at every repeat up to
    /// <see cref="ProbationRoundsMax"/>.</summary>
    public int ProbationRounds { get; init; } = 3;

    /// <summary>The most rounds that repeats can require: 20 rounds of half a second keep a flapping host out for 10 s.</summary>
    public int ProbationRoundsMax { get; init; } = 20;

    /// <summary>The good rounds must span at least this long: a node that sees its peers for a moment is not back.</summary>
    public TimeSpan ProbationSpan { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The same after Down, where caches are cold and gossip is young.</summary>
    public TimeSpan ProbationSpanAfterDown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The shortest stay in Ejected.</summary>
    public TimeSpan EjectedMin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Up for this long forgives the repeats.</summary>
    public TimeSpan Forgiveness { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a coordinator takes from <see cref="SlowStartFrom"/> to its full share.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The share a coordinator starts with.</summary>
    public double SlowStartFrom { get; init; } = 0.1;

    /// <summary>The share of a coordinator that is slow and otherwise well.</summary>
    public double SlowWeight { get; init; } = 0.25;

    /// <summary>Slow means a 95th percentile of more than so many times the others' median one.</summary>
    public double SlowRatio { get; init; } = 4;

    /// <summary>And of more than this: below it nobody is hurt.</summary>
    public TimeSpan SlowFloor { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>And for this long.</summary>
    public TimeSpan SlowFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Over what time latency percentiles are taken.</summary>
    public TimeSpan LatencyWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How fast a peak of latency fades in the choice of a coordinator: a pause of one collection must not keep traffic
    /// away for long.</summary>
    public TimeSpan LatencyDecay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How recent a success must be for a coordinator to count as demonstrably serving: one late probe round of
    /// an idle Up coordinator (5 s + 20 % + its timeout) must not lapse.</summary>
    public TimeSpan SuccessWindow { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The first reconnection's longest wait; doubled at every failure.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between two reconnections.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for TCP, TLS, STARTUP, AUTHENTICATE and PREPARE together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for one probe.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two probe rounds in Probation, and between the first ones in Ejected.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two probe rounds in Up, and the longest in Ejected.</summary>
    public TimeSpan ProbeIntervalMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far a probe's moment is spread, as a fraction, so that instances do not probe in step.</summary>
    public double ProbeJitter { get; init; } = 0.2;

    /// <summary>Up to so many replica sets are all covered by every probe round; beyond, the coverage rotates.</summary>
    public int ProbeCoverage { get; init; } = 64;

    /// <summary>
    /// A coordinator in service that serves requests gets one probe for so many of them, at most: they prove as much as probes do. One
    /// that nobody asked since its last round gets one probe a round.
    /// </summary>
    public int RequestsPerProbe { get; init; } = 100;
}
