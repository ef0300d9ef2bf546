namespace Holdfast.Cql.Health;

/// <summary>
/// The last word before an ejection: health may take a coordinator away from users only while what remains serves them.
/// </summary>
internal static class EjectionGuard
{
    /// <summary>
    /// True when <paramref name="candidate"/> may be ejected: at least one other coordinator is Up, and either half of all
    /// remain Up or every one that remains demonstrably succeeds.
    /// </summary>
    public static bool MayEject(CoordinatorHealth candidate, IEnumerable<CoordinatorHealth> all, TimeSpan now)
    {
        int known = 0;
        int remaining = 0;
        int succeeding = 0;
        foreach (CoordinatorHealth coordinator in all)
        {
            if (coordinator.State == CoordinatorState.Draining)
            {
                continue;
            }

            known++;
            if (coordinator == candidate || coordinator.State != CoordinatorState.Up)
            {
                continue;
            }

            remaining++;
            if (coordinator.DemonstrablySucceeds(now))
            {
                succeeding++;
            }
        }

        if (candidate.State != CoordinatorState.Up)
        {
            return true; // it takes no traffic now: nothing is taken away
        }

        return remaining >= 1 && succeeding >= 1 && (remaining * 2 >= known || succeeding == remaining);
    }
}
