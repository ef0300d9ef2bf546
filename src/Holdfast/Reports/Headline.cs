using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>What a reviewer might call it; people will know better.</summary>
internal static class Headline
{
    public static string Of(History history, Traffic traffic, IReadOnlyList<Absence> absences)
    {
        var ejected = absences.Where(one => one.Why.Any(why => why.To == "Ejected")).Select(one => one.Coordinator).Distinct().ToList();
        var what = history.Of<SessionLost>().Any() ? "sessions were lost"
            : history.Of<QuorumLost>().Any() ? "no coordinator reached a quorum"
            : ejected.Count > 0 ? $"{Words.Cell(ejected[0])}{(ejected.Count > 1 ? $" and {ejected.Count - 1} more" : "")} could not serve what others served"
            : traffic.Error > 0 ? "requests failed"
            : history.Of<Started>().Any(one => one.Event.Unclean) ? "an instance ended uncleanly"
            : absences.Count > 0 ? $"{Words.Cell(absences[0].Coordinator)} was out of service"
            : "nothing that the log calls a failure";
        return $"{history.From.UtcDateTime:yyyy-MM-dd}: {what}";
    }
}
