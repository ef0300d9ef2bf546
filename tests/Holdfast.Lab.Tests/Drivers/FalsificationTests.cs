using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Lab.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>
/// The incident of 2023-01-24 as the original service lived it: gocql with its default policies, no retries. A third of the
/// requests fail while one node of three is blind, none before and none after.
/// </summary>
public sealed partial class FalsificationTests(ITestOutputHelper output)
{
    /// <summary>The lab's minutes are a tenth of ours: a blind node needs one of them to open.</summary>
    private const double Speed = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_blind_coordinator_fails_a_third_of_gocql_s_requests_until_it_sees_again()
    {
        string program = await GoProgram.BuildAsync("falsify/falsify.go", Patience);
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        await using var lab = await LabOnSockets.StartAsync(2023, new ClusterOptions { Datacenters = [new("eqiad", 3)] }, Speed);
        using var client = ForeignProgram.Start(
            ".", program, ["--contact", $"{lab.FirstNode.Address}", "--port", $"{lab.FirstNode.Port}", "--dc", "eqiad"]);
        try
        {
            await client.WaitForAsync("ready", patience.Token);
            var healthy = await TallyAsync(client, "healthy", patience.Token);
            Assert.Equal((0, 0), (healthy.Unavailable, healthy.Others));
            Assert.True(healthy.Ok > 100);

            int fault = await lab.ApplyAsync("rejoin-blind", "eqiad-3", ("down", "20s"));
            Tally blind;
            do
            {
                // The reboot's own failures, and gocql's ten seconds before it trusts a node that is back.
                blind = await TallyAsync(client, "blind", patience.Token);
            }
            while (blind.UnavailableShare < 0.25);

            blind = await TallyAsync(client, "blind-for-good", patience.Token);
            Assert.InRange(blind.UnavailableShare, 0.25, 0.40);
            Assert.Equal(0, blind.Others);

            await lab.HealAsync(fault);
            _ = await TallyAsync(client, "healing", patience.Token);
            var healed = await TallyAsync(client, "healed", patience.Token);
            Assert.Equal((0, 0), (healed.Unavailable, healed.Others));
        }
        finally
        {
            output.WriteLine(client.Printed);
            File.Delete(program);
        }
    }

    private static async Task<Tally> TallyAsync(ForeignProgram client, string name, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellation);
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
