using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Workload;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

/// <summary>The built-in client, which has gocql's habits, on a cluster of three under a timeline of faults: what became of each request.</summary>
internal sealed class GocqlRun
{
    public const string Unavailable = "Cannot achieve consistency level LOCAL_QUORUM";

    private TimeSpan began;

    private GocqlRun(LabCluster cluster) => Cluster = cluster;

    public LabCluster Cluster { get; }

    /// <summary>With the moment at which it ended.</summary>
    public List<(TimeSpan At, WorkloadResult Result)> All { get; } = [];

    /// <summary>The timeline's.</summary>
    public required List<string> Lines { get; init; }

    public List<WorkloadResult> Failed => [.. All.Where(r => r.Result.Error is not null).Select(r => r.Result)];

    public static GocqlRun Play(ITestOutputHelper output, string workload, string lasts, string[] steps)
    {
        var scenario = ScenarioFile.Parse("the.yaml", new StringReader($$"""
            name: gocql
            cluster: { eqiad: 3 }
            workload: { rate: 100, {{workload}} }
            timeline: [{{string.Join(", ", steps)}}]
            lasts: {{lasts}}
            """));
        List<string> lines = [];
        var run = new ScenarioRun(scenario, 1, lines.Add);
        var played = new GocqlRun(run.Cluster) { Lines = lines };
        run.Answered += result => played.All.Add((run.Cluster.Scheduler.Now, result));
        run.Begin();
        played.began = run.Cluster.Scheduler.Now;
        run.Cluster.Scheduler.RunUntil(run.End);
        lines.ForEach(output.WriteLine);
        output.WriteLine($"{played.Failed.Count} of {played.All.Count} failed: "
            + string.Join("; ", played.Failed.GroupBy(f => f.Error).Select(g => $"{g.Count()} x {g.Key}")));
        return played;
    }

    /// <summary>On the timeline's clock.</summary>
    public TimeSpan SinceItBegan(TimeSpan at) => at - began;

    /// <summary>When the timeline says so, since its beginning.</summary>
    public TimeSpan MomentOf(string line) => TimeSpan.Parse(
        Lines.First(l => l.Contains(line, StringComparison.Ordinal)).Split(' ')[0], CultureInfo.InvariantCulture);
}
