using Holdfast.Acceptance.Load;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>
/// The power goes while the store is under load. The data lies on a filesystem in a file; the process is stopped, and the
/// file as it is then is what a disk would hold: what the kernel still had in its page cache is gone.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    // What relaxed durability promises: a sync every 100 ms, and as long again for it to end.
    private static readonly TimeSpan RelaxedLoss = TimeSpan.FromMilliseconds(200);

    private static int Rounds => TestSettings.Number("HOLDFAST_POWER_ROUNDS", 10);

    [Fact]
    public async Task Sync_has_every_write_that_was_acknowledged()
    {
        int rounds = Prepare();
        for (int round = 0; round < rounds; round++)
        {
            IReadOnlyCollection<string> lost = await CutAsync(
                round, "sync", (history, key, found, _) => history.Allows(key, found));

            Losses.AssertNone(lost, round);
        }
    }

    [Fact]
    public async Task Relaxed_misses_nothing_that_is_older_than_200_ms()
    {
        int rounds = Prepare();
        for (int round = 0; round < rounds; round++)
        {
            IReadOnlyCollection<string> lost = await CutAsync(
                round, "relaxed", (history, key, found, cut) => history.AllowsLosing(key, found, cut - RelaxedLoss));

            Losses.AssertNone(lost, round);
        }
    }

    [Theory]
    [InlineData("sync", "HOLDFAST_TEST_FSYNC", "off")]
    [InlineData("relaxed", "HOLDFAST__STORAGE__EMBEDDED__RELAXED_SYNC_INTERVAL", "1m")]
    public async Task The_test_has_teeth_a_store_that_syncs_too_late_fails_it(string durability, string variable, string value)
    {
        _ = Prepare();
        int lost = 0;
        for (int round = 0; round < 3 && lost == 0; round++)
        {
            lost += (await CutAsync(
                round, durability,
                (history, key, found, cut) => durability == "sync" ? history.Allows(key, found) : history.AllowsLosing(key, found, cut - RelaxedLoss),
                (variable, value))).Count;
        }

        Assert.True(lost > 0, $"three power cuts without fsync lost nothing: this test would notice nothing; {TestSettings.Replay}");
    }

    [Fact]
    public async Task Relaxed_has_everything_on_disk_once_it_has_left()
    {
        _ = Prepare();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-power-");
        try
        {
            Writers writers = new(clients: 8, keysEach: 50, TestSettings.Seed);
            string copy = Path.Combine(folder.FullName, "after.img");
            using (LoopMount disk = LoopMount.Make(folder.FullName, mebibytes: 256))
            {
                await using HoldfastProcess leaving = await HoldfastProcess.StartAsync(
                    Path.Combine(disk.Folder, "data"), "relaxed", environment: ("HOLDFAST__STORAGE__EMBEDDED__RELAXED_SYNC_INTERVAL", "1m"));
                using CancellationTokenSource stop = new();
                Task load = writers.RunAsync(leaving.Sessions, stop.Token);
                await writers.WaitForAsync(1_000, TimeSpan.FromSeconds(10));
                await stop.CancelAsync();
                await load;
                leaving.Signal(HoldfastProcess.SigTerm);
                await leaving.WaitForExitAsync();
                Assert.Equal(0, leaving.ExitCode);
                File.Copy(disk.Image, copy); // as it is, with the kernel's cache lost
            }

            using LoopMount survived = LoopMount.Mount(copy, Path.Combine(folder.FullName, "after"));
            Losses.AssertNone(
                await ReadBackAsync(
                    Path.Combine(survived.Folder, "data"), "relaxed", mayRefuse: false,
                    sessions => writers.VerifyAsync(sessions, (history, key, found) => history.Allows(key, found))),
                round: 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private int Prepare()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        TestSettings.PrintSeed(output, Rounds);
        return Rounds;
    }

    /// <summary>One power cut under load; what the disk then lacks, or the one sentence that it cannot be opened.</summary>
    private static async Task<IReadOnlyCollection<string>> CutAsync(
        int round,
        string durability,
        Func<AcknowledgedHistory, string, string?, TimeSpan, bool> allows,
        params (string Name, string Value)[] environment)
    {
        Random random = new(TestSettings.Seed + round);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-power-");
        try
        {
            Writers writers = new(clients: 8, keysEach: 50, TestSettings.Seed + round);
            string copy = Path.Combine(folder.FullName, "after.img");
            TimeSpan cut;
            using (LoopMount disk = LoopMount.Make(folder.FullName, mebibytes: 256))
            {
                string data = Path.Combine(disk.Folder, "data");
                await using HoldfastProcess victim = await HoldfastProcess.StartAsync(data, durability, environment: environment);
                using CancellationTokenSource stop = new();
                Task load = writers.RunAsync(victim.Sessions, stop.Token);
                await writers.WaitForAsync(random.Next(200, 3_000), TimeSpan.FromSeconds(10));
                await Task.Delay(RelaxedLoss * random.NextDouble() * 3, TimeProvider.System); // what relaxed must not lose any more is there, too
                cut = writers.Now;
                victim.Signal(HoldfastProcess.SigStop);
                File.Copy(disk.Image, copy);
                victim.Signal(HoldfastProcess.SigKill);
                await stop.CancelAsync();
                await load;
                await victim.WaitForExitAsync();
            }

            Assert.True(writers.Acknowledged > 0, $"nothing was written in round {round}; {TestSettings.Replay}");
            using LoopMount survived = LoopMount.Mount(copy, Path.Combine(folder.FullName, "after"));
            return await ReadBackAsync(
                Path.Combine(survived.Folder, "data"), durability, environment.Length > 0,
                sessions => writers.VerifyAsync(sessions, (history, key, found) => allows(history, key, found, cut)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyCollection<string>> ReadBackAsync(
        string data, string durability, bool mayRefuse, Func<Uri, Task<IReadOnlyCollection<string>>> verify)
    {
        HoldfastProcess reader;
        try
        {
            reader = await HoldfastProcess.StartAsync(data, durability);
        }
        catch (InvalidOperationException refusal) when (mayRefuse)
        {
            return [refusal.Message];
        }

        await using (reader)
        {
            return await verify(reader.Sessions);
        }
    }
}
