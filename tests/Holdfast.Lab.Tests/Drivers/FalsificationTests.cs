using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>
/// The incident of 2023-01-24 as the original service lived it: `lab up` plays the scenario's file on sockets, twenty times as
/// fast, and gocql with its default policies, no retries, is the client. A third of its requests fail while one node of three is
/// blind, none before the reboot and none after the end.
/// </summary>
public sealed partial class FalsificationTests(ITestOutputHelper output)
{
    private const string Speed = "20";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task The_incident_s_scenario_fails_a_third_of_gocql_s_requests_until_it_ends_and_none_before_the_reboot()
    {
        string program = await GoProgram.BuildAsync("falsify/falsify.go", Patience);
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        string scenario = Path.Combine(AppContext.BaseDirectory, "scenarios", "2023-01-24-blind-coordinator.yaml");
        using var lab = await LabProcess.StartAsync(["--scenario", scenario, "--hold", "--speed", Speed], patience.Token);
        using var client = ForeignProgram.Start(
            ".", program, ["--contact", lab.FirstNode, "--port", $"{lab.Port}", "--dc", "eqiad"]);
        try
        {
            await client.WaitForAsync("ready", patience.Token);
            await lab.BeginAsync(patience.Token);
            var healthy = await TallyAsync(client, "healthy", TimeSpan.FromSeconds(1.5), patience.Token);
            Assert.DoesNotContain("closes CQL", lab.Printed, StringComparison.Ordinal); // still in the scenario's first minute
            Assert.Equal((0, 0), (healthy.Unavailable, healthy.Others));
            Assert.True(healthy.Ok > 50);

            await lab.WaitForAsync("eqiad-1 opens CQL, sees 0 of 5 peers up", patience.Token);
            Tally blind;
            do
            {
                // The reboot's own failures, and gocql's ten seconds before it trusts a node that is back.
                blind = await TallyAsync(client, "reboot", TimeSpan.FromSeconds(2), patience.Token);
            }
            while (blind.UnavailableShare < 0.25);

            var intervals = new List<Tally>();
            while (true)
            {
                blind = await TallyAsync(client, "blind", TimeSpan.FromSeconds(2), patience.Token);
                if (lab.Printed.Contains("heal   #1", StringComparison.Ordinal))
                {
                    break; // partly after the end
                }

                intervals.Add(blind);
            }

            Assert.True(intervals.Count >= 3, $"{intervals.Count} intervals of two seconds while blind");
            Assert.All(intervals, i => Assert.InRange(i.UnavailableShare, 0.25, 0.40));
            Assert.All(intervals, i => Assert.Equal(0, i.Others));

            var healed = await TallyAsync(client, "healed", TimeSpan.FromSeconds(3), patience.Token);
            Assert.Equal((0, 0), (healed.Unavailable, healed.Others));
            Assert.Equal(0, await lab.ExitCodeAsync(patience.Token)); // it ends with its scenario
        }
        finally
        {
            output.WriteLine(lab.Printed);
            output.WriteLine(client.Printed);
            File.Delete(program);
        }
    }

    private static async Task<Tally> TallyAsync(
        ForeignProgram client, string name, TimeSpan over, CancellationToken cancellation)
    {
        await Task.Delay(over, TimeProvider.System, cancellation);
        int before = client.Printed.Length;
        await client.SayAsync(name);
        while (true)
        {
            var match = TallyLine().Match(client.Printed, before);
            if (match.Success)
            {
                int Count(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
                return new Tally(Count(1), Count(2), Count(3));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
    }

    [GeneratedRegex(@"tally \S+ ok (\d+) unavailable (\d+) others (\d+) ")]
    private static partial Regex TallyLine();

    private sealed record Tally(int Ok, int Unavailable, int Others)
    {
        public double UnavailableShare => Unavailable / (double)Math.Max(1, Ok + Unavailable + Others);
    }
}
