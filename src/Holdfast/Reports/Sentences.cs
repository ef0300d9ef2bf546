using System.Globalization;
using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>An event in words, as Markdown.</summary>
internal static class Sentences
{
    /// <summary>Null for what is no line of a timeline of its own.</summary>
    public static string? Of(ServiceEvent happened) => happened switch
    {
        Started begun => Start(begun),
        Stopped => "**stopped**, in good order",
        ReadinessChanged changed => Readiness(changed),
        CoordinatorMoved moved => Move(moved),
        QuorumLost lost => $"**no coordinator reaches {Words.Cell(lost.Level)}** for {lost.DarkRanges} of {lost.Ranges} replica sets ({Words.Cell(lost.Reason)}): requests for them wait",
        QuorumBack back => $"{Words.Cell(back.Level)} is served again for every replica set",
        OperatorActed acted => $"**operator**: {Words.Cell(acted.Action)} {Words.Cell(acted.Asked)} from {Words.Cell(acted.Remote)}, answered {acted.Status}",
        CanaryFailed canary => $"the canary through {Words.Cell(canary.Coordinator)} fails at its step '{Words.Cell(canary.Step)}': {Words.Cell(canary.Reason)}",
        CanaryRecovered canary => $"the canary through {Words.Cell(canary.Coordinator)} succeeds again, after {Words.Plural(canary.Failures, "failure", "failures")}",
        SessionLost lost => string.Create(CultureInfo.InvariantCulture, $"**a session is lost**: a sentinel that was acknowledged {lost.AgeSeconds:0} s before, to live for {lost.LifeSeconds} s"),
        AlertReceived alert => $"**alert** {Words.Cell(alert.Name)} {Words.Cell(alert.Status)} ({Words.Cell(alert.Severity)}{Labels(alert)}){(alert.Summary is null ? "" : $": {Words.Cell(alert.Summary)}")}",
        Noted note => Words.Cell(note.Text),
        EventsLost lost => $"{Words.Plural(lost.Count, "event was", "events were")} lost",
        _ => null,
    };

    /// <summary>Why a coordinator was left, or taken back.</summary>
    public static string Why(CoordinatorMoved moved)
    {
        if (moved.Evidence is not { } evidence)
        {
            return Words.Cell(moved.Reason);
        }

        var count = evidence.Count == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{evidence.Count} within {evidence.WithinSeconds:0.#} s ");
        var replicas = evidence.Required == 0 ? "" : $", required {evidence.Required}, alive {evidence.Alive}";
        var by = evidence.ContradictedBy is null ? "" : $", contradicted by {Words.Cell(evidence.ContradictedBy)}";
        return $"{Words.Cell(moved.Reason)}: {count}at {Words.Cell(evidence.Level)}{replicas}{by}";
    }

    public static string Labels(AlertReceived alert) => string.Concat(
        alert.Coordinator is null ? "" : $", coordinator {Words.Cell(alert.Coordinator)}",
        alert.Source is null ? "" : $", instance {Words.Cell(alert.Source)}");

    private static string Start(Started begun)
    {
        var unclean = !begun.Unclean ? ""
            : $" after an **unclean stop**: killed, crashed, or the machine went{(begun.LastSign is { } last ? $"; last heard of at {Words.Moment(last)}" : "")}";
        return $"**started**{unclean} (version {Words.Cell(Words.Version(begun.Version))}, configuration {Words.Cell(begun.Configuration)}, {Words.Cell(begun.Backend)})";
    }

    private static string Readiness(ReadinessChanged changed) => changed.State switch
    {
        "ready" => "ready: the storage has answered",
        "draining" => "not ready any more: draining",
        "storage_unavailable" => $"**the storage cannot serve**: {Words.Cell(changed.Reason)}",
        "storage_back" => "the storage can serve again",
        var other => Words.Cell(other),
    };

    private static string Move(CoordinatorMoved moved) => moved.Withheld
        ? $"coordinator {Words.Cell(moved.Coordinator)} stays in service, since too few others serve, although: {Why(moved)}"
        : $"coordinator {Words.Cell(moved.Coordinator)}: {Words.Cell(moved.From)} → {(moved.To == "Ejected" ? "**Ejected**" : Words.Cell(moved.To))} ({Why(moved)})";
}
