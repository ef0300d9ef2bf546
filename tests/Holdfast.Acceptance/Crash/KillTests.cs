using Holdfast.Acceptance.Load;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>The process dies at any moment, and nothing that was acknowledged is lost.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("sync")]
    [InlineData("relaxed")]
    public async Task What_was_acknowledged_before_SIGKILL_is_there_after_a_restart(string durability)
    {
        TestSettings.SkipWhenFast();
        int rounds = TestSettings.Number("HOLDFAST_CRASH_ROUNDS", 20);
        TestSettings.PrintSeed(output, rounds);
        Random random = new(TestSettings.Seed);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-crash-");
        try
        {
            Writers writers = new(clients: 16, keysEach: 40, TestSettings.Seed);
            string data = Path.Combine(folder.FullName, "data");
            for (int round = 0; round < rounds; round++)
            {
                int before = writers.Acknowledged;
                await using (HoldfastProcess victim = await HoldfastProcess.StartAsync(data, durability))
                {
                    Losses.AssertNone(await writers.VerifyAsync(victim.Sessions, (history, key, found) => history.Allows(key, found)), round);
                    Task load = writers.RunAsync(victim.Sessions, CancellationToken.None);
                    await writers.WaitForAsync(before + random.Next(1, 2_000), TimeSpan.FromSeconds(10));
                    victim.Signal(HoldfastProcess.SigKill);
                    await victim.WaitForExitAsync();
                    await load;
                }

                Assert.True(writers.Acknowledged > before, $"nothing was written in round {round}; {TestSettings.Replay}");
            }

            await using HoldfastProcess last = await HoldfastProcess.StartAsync(data, durability);
            Losses.AssertNone(await writers.VerifyAsync(last.Sessions, (history, key, found) => history.Allows(key, found)), rounds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
