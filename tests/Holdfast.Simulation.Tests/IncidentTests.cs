using Holdfast.Simulation.Tests.Incidents;
using Xunit;

namespace Holdfast.Simulation.Tests;

/// <summary>Every incident by name, each with two instances whose clocks differ by a second, one on protocol v5 and one on v4.</summary>
public sealed class IncidentTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. IncidentCatalog.All.Select(incident => incident.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nobody_notices(string name)
    {
        foreach (ulong seed in (ulong[])[1, 2, 3])
        {
            IncidentRun run = IncidentCatalog.Named(name).Play(seed);
            output.WriteLine(run.ToString());
            if (run.Broken.Count > 0)
            {
                output.WriteLine(string.Join(Environment.NewLine, run.Log.TakeLast(200)));
                output.WriteLine(string.Join(Environment.NewLine, run.Broken.Take(10)));
            }

            Assert.Empty(run.Broken);
        }
    }

    /// <summary>The falsification: the same harness finds what the original system did to its users.</summary>
    [Fact]
    public void Without_protection_a_third_of_the_requests_fail_while_a_node_is_blind()
    {
        Incident incident = IncidentCatalog.Named("2023-01-24: a node is rebooted and rejoins blind");
        Incident unprotected = incident with { Site = incident.Site with { Protection = false }, MayFail = true, Bars = [], Lasts = TimeSpan.FromMinutes(6) };

        IncidentRun run = unprotected.Play(1);

        output.WriteLine(run.ToString());
        Assert.InRange(run.FailedWhileBlind, 0.25, 0.40);
    }
}
