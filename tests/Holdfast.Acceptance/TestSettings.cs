using System.Globalization;
using Xunit;

namespace Holdfast.Acceptance;

/// <summary>What ./test --help documents: the seed, the numbers of rounds, and whether foreign programs may run.</summary>
internal static class TestSettings
{
    /// <summary>The seed of this run: given, or drawn from the clock. Every test that uses it prints it, and names it when it fails.</summary>
    public static int Seed { get; } =
        Number("HOLDFAST_TEST_SEED", (int)(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() % 1_000_000));

    public static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number)
            ? number
            : otherwise;

    /// <summary>Skips what takes minutes or foreign programs under --fast.</summary>
    public static void SkipWhenFast() => Assert.SkipWhen(
        Environment.GetEnvironmentVariable("HOLDFAST_TEST_FOREIGN") == "off", "--fast");

    /// <summary>What repeats this run, for the message of whatever fails.</summary>
    public static string Replay => $"HOLDFAST_TEST_SEED={Seed} repeats it";

    /// <summary>Says the seed in the test's own output, which is shown with its failure: diagnostic messages are not.</summary>
    public static void PrintSeed(ITestOutputHelper output, int rounds) => output.WriteLine($"seed {Seed}, {rounds} rounds; {Replay}");
}
