using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>A coordinator that an instance did not use.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Coordinator">The coordinator's address.</param>
/// <param name="Since">From when.</param>
/// <param name="Why">What took it out, and what was said of it while it was.</param>
/// <param name="Until">To when; null when it was still out at the end of what is known.</param>
/// <param name="IsBack">False when it is not known to have come back, because the instance ended.</param>
internal sealed record Absence(
    string Instance, string Coordinator, DateTimeOffset Since, IReadOnlyList<CoordinatorMoved> Why, DateTimeOffset? Until, bool IsBack);

/// <summary>When each coordinator was out of service.</summary>
internal static class Absences
{
    private const string InService = "Up";
    private const int WhyMax = 4;

    /// <summary>Those that touch the span, by when they began.</summary>
    public static IReadOnlyList<Absence> In(History history)
    {
        List<Absence> ended = [];
        Dictionary<(int Log, string Coordinator), Absence> open = [];
        foreach (var (log, instance, happened) in history.All.Where(happening => happening.At <= history.To))
        {
            if (happened is Started begun)
            {
                EndAll(log, begun.LastSign ?? begun.At);
            }
            else if (happened is Stopped)
            {
                EndAll(log, happened.At);
            }
            else if (happened is CoordinatorMoved { Withheld: false } moved)
            {
                Move((log, moved.Coordinator), instance, moved);
            }
        }

        return [.. ended.Concat(open.Values).Where(absence => absence.Until is null || absence.Until >= history.From).OrderBy(absence => absence.Since)];

        void Move((int, string) key, string instance, CoordinatorMoved moved)
        {
            if (moved.To == InService)
            {
                if (open.Remove(key, out var absence))
                {
                    ended.Add(absence with { Until = moved.At, IsBack = true });
                }
            }
            else if (open.TryGetValue(key, out var absence))
            {
                if (absence.Why.Count < WhyMax && absence.Why.All(why => why.Reason != moved.Reason) && IsTelling(moved))
                {
                    open[key] = absence with { Why = [.. absence.Why, moved] };
                }
            }
            else if (moved.From == InService || moved.To == "Ejected")
            {
                // While an instance starts, its coordinators are on their way, and not away.
                open[key] = new Absence(instance, moved.Coordinator, moved.At, [moved], null, IsBack: false);
            }
        }

        void EndAll(int log, DateTimeOffset at)
        {
            foreach (var (key, absence) in open.Where(pair => pair.Key.Log == log).ToList())
            {
                ended.Add(absence with { Until = at });
                open.Remove(key);
            }
        }
    }

    /// <summary>That a connection is tried or made is no reason to be out.</summary>
    private static bool IsTelling(CoordinatorMoved moved) => moved.Evidence is not null || moved.Reason is not ("Connecting" or "Connected" or "ProbePassed");
}
