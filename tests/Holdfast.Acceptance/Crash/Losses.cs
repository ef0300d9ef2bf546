using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>How a crash test says what was lost: with the round and the seed that lose it again.</summary>
internal static class Losses
{
    private const int Shown = 10;

    public static void AssertNone(IReadOnlyCollection<string> lost, int round) => Assert.True(
        lost.Count == 0,
        $"round {round}: {lost.Count} entries are wrong ({string.Join("; ", lost.Take(Shown))}); {TestSettings.Replay}");
}
