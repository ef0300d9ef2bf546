namespace Holdfast.Cql.Routing;

/// <summary>
/// The choice of a coordinator: of two drawn at random, the one where a request costs less (M. Mitzenmacher, "The Power of Two
/// Choices in Randomized Load Balancing", 2001), but as a matter of odds: at twice the cost a coordinator wins one draw of five.
/// </summary>
/// <remarks>
/// The plain rule gives the dearest of three nothing at all, however small the difference is; a coordinator that is one
/// microsecond slower would stand idle, and one that returns with a tenth of its weight would never be warmed.
/// </remarks>
public static class CoordinatorChoice
{
    /// <summary>Picks one of the candidates.</summary>
    /// <param name="candidates">Usable coordinators with a weight above zero, without those already tried.</param>
    /// <param name="random">The source of the draws.</param>
    /// <returns>The index of the chosen candidate; -1 where there is none.</returns>
    public static int Pick(ReadOnlySpan<CoordinatorLoad> candidates, Random random)
    {
        if (candidates.Length < 2)
        {
            return candidates.Length - 1;
        }

        int first = random.Next(candidates.Length);
        int second = random.Next(candidates.Length - 1);
        second += second >= first ? 1 : 0;

        // Squared, because in-flight requests lean the other way: with odds of the plain cost a weight of a tenth took 15 %.
        double a = candidates[first].Cost * candidates[first].Cost;
        double b = candidates[second].Cost * candidates[second].Cost;
        return random.NextDouble() * (a + b) < b ? first : second;
    }
}
