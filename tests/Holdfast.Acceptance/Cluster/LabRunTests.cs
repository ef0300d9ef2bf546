using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary><c>lab run SCENARIO --against holdfast</c>, as an operator types it who wants to see what protection does.</summary>
public sealed class LabRunTests(ITestOutputHelper output)
{
    /// <summary>The incident in little: the node is blind from some thirty seconds on, which a lab's node takes to open when it sees nobody.</summary>
    private const string Scenario = """
        name: a blind coordinator, shortly
        cluster: { eqiad: 3, codfw: 3 }
        workload: { rate: 100, reads: 0.7, writes: 0.3, timeout: 3s, datacenter: eqiad }
        timeline:
          - { at: 2s, fault: rejoin-blind, nodes: [eqiad-1], with: { down: 2s } }
          - { at: 55s, heal: rejoin-blind }
        lasts: 70s
        """;

    [Fact]
    public async Task Both_ways_are_told_side_by_side_with_when_the_host_was_ejected_and_back_and_nothing_is_left_behind()
    {
        TestSettings.SkipWhenFast();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lab-run-");
        string scenario = Path.Combine(folder.FullName, "scenario.yaml");
        await File.WriteAllTextAsync(scenario, Scenario);

        string told = await RunAsync(folder.FullName, "run", scenario, "--against", "holdfast", "--base", "127.77.1.1");

        output.WriteLine(told);
        (int requests, int failed) = Summary(told, "protection on");
        Assert.True(requests > 5_000, $"{requests} requests");
        Assert.Equal(0, failed);
        (requests, failed) = Summary(told, "protection off");
        Assert.InRange(failed / (double)requests, 0.03, 0.34); // a third of those between its opening and its healing, and some at the reboot

        // Told as it happens, and once more in the summary.
        string summary = told[told.IndexOf("\n\n", StringComparison.Ordinal)..];
        Assert.Matches(@"protection on: 127\.77\.1\.1:9042 \w+ -> Ejected \(\w+\)\n", summary);
        Assert.Matches(@"protection on: 127\.77\.1\.1:9042 \w+ -> Up \(Proven\)\n", summary);
        Assert.DoesNotContain("protection off: 127.77.1.1:9042 Up -> Ejected", told, StringComparison.Ordinal);
        Assert.Equal([scenario], folder.EnumerateFileSystemInfos().Select(left => left.FullName));
        folder.Delete(recursive: true);
    }

    private static (int Requests, int Failed) Summary(string told, string name)
    {
        Match line = Regex.Match(told, $@"\n{name} +(?<requests>\d+) requests +(?<failed>\d+) failed .*, worst \d+ ms\n");
        Assert.True(line.Success, told);
        return (Number(line.Groups["requests"]), Number(line.Groups["failed"]));
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "lab"), arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process lab = Process.Start(start)!;
        Task<string> errors = lab.StandardError.ReadToEndAsync();
        string told = await lab.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(4));
        await lab.WaitForExitAsync();
        Assert.Equal((0, ""), (lab.ExitCode, await errors));
        return told;
    }
}
