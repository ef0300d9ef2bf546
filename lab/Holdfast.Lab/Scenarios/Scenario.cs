using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Workload;

namespace Holdfast.Lab.Scenarios;

/// <summary>
/// This folder: a cluster, what happens to it and when, and a workload, as a file; the player, and the timeline it writes.
/// </summary>
internal sealed record Scenario(
    string Name,
    string About,
    IReadOnlyList<DatacenterOptions> Datacenters,
    WorkloadOptions Workload,
    IReadOnlyList<ScenarioStep> Timeline,
    TimeSpan Lasts);

/// <param name="At">Since the start.</param>
/// <param name="Note">What a reader of the timeline should know.</param>
internal abstract record ScenarioStep(TimeSpan At, string? Note);

/// <param name="At">Since the start.</param>
/// <param name="Note">What a reader of the timeline should know.</param>
/// <param name="Fault">What goes wrong.</param>
internal sealed record FaultStep(TimeSpan At, string? Note, FaultRequest Fault) : ScenarioStep(At, Note);

/// <param name="At">Since the start.</param>
/// <param name="Note">What a reader of the timeline should know.</param>
/// <param name="Kind">Only faults of this kind; null for all.</param>
internal sealed record HealStep(TimeSpan At, string? Note, string? Kind) : ScenarioStep(At, Note);

/// <summary>The service itself stops or starts: no fault of the cluster.</summary>
internal sealed record WorkloadStep(TimeSpan At, string? Note, bool IsOn) : ScenarioStep(At, Note);

/// <summary>All sessions are deleted on every node.</summary>
internal sealed record WipeStep(TimeSpan At, string? Note) : ScenarioStep(At, Note);

/// <summary>Nothing but words in the timeline.</summary>
internal sealed record NoteStep(TimeSpan At, string Text) : ScenarioStep(At, Text);
