using System.Text.Json.Serialization;

namespace Holdfast.Events;

/// <summary>
/// Something that happened to this instance and that a person would want to read of afterwards. Never holds a key or a value of a
/// session. Lives in this folder: what events there are, how they become lines, where the lines are kept, and who reports them.
/// </summary>
/// <remarks>A kind that a newer version wrote is read as this type itself.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(Started), "start")]
[JsonDerivedType(typeof(Continued), "continued")]
[JsonDerivedType(typeof(Stopped), "stop")]
[JsonDerivedType(typeof(ReadinessChanged), "readiness")]
[JsonDerivedType(typeof(CoordinatorMoved), "coordinator")]
[JsonDerivedType(typeof(QuorumLost), "quorum_lost")]
[JsonDerivedType(typeof(QuorumBack), "quorum_back")]
[JsonDerivedType(typeof(OperatorActed), "operator")]
[JsonDerivedType(typeof(CanaryFailed), "canary_failed")]
[JsonDerivedType(typeof(CanaryRecovered), "canary_recovered")]
[JsonDerivedType(typeof(SessionLost), "session_lost")]
[JsonDerivedType(typeof(MinutePassed), "minute")]
[JsonDerivedType(typeof(AlertReceived), "alert")]
[JsonDerivedType(typeof(Noted), "note")]
[JsonDerivedType(typeof(EventsLost), "events_lost")]
internal record ServiceEvent
{
    /// <summary>When, by this instance's clock, in UTC.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>The service began to run.</summary>
/// <param name="Instance">Its name: the machine's, and the port of its main listener.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Configuration">A hash of the settings in force, without the secret ones.</param>
/// <param name="Backend">Where sessions are kept.</param>
/// <param name="Unclean">The run before ended without having stopped: killed, crashed, or the machine went.</param>
/// <param name="LastSign">The last that is known of the run before, where it ended so.</param>
internal sealed record Started(
    string Instance, string Version, string Configuration, string Backend, bool Unclean = false, DateTimeOffset? LastSign = null) : ServiceEvent;

/// <summary>At the beginning of a later file: whose log it is.</summary>
internal sealed record Continued(string Instance, string Version) : ServiceEvent;

/// <summary>It left in good order: the last event of a run.</summary>
internal sealed record Stopped : ServiceEvent;

/// <summary>What the service says of itself changed: <c>ready</c>, <c>draining</c>, <c>storage_unavailable</c>, <c>storage_back</c>.</summary>
internal sealed record ReadinessChanged(string State, string? Reason = null) : ServiceEvent;

/// <summary>A coordinator's health changed, or would have (withheld).</summary>
internal sealed record CoordinatorMoved(
    string Coordinator, string? From, string? To, string Reason, bool Withheld = false, MoveEvidence? Evidence = null) : ServiceEvent;

/// <summary>What a change of health rests on.</summary>
internal sealed record MoveEvidence(string Level, int Required, int Alive, string? ContradictedBy, int Count = 0, double WithinSeconds = 0);

/// <summary>Some sessions have no coordinator that reaches their quorum.</summary>
internal sealed record QuorumLost(string Level, int DarkRanges, int Ranges, string Reason) : ServiceEvent;

/// <summary>Every session has one again.</summary>
internal sealed record QuorumBack(string Level) : ServiceEvent;

/// <summary>An operator asked for something.</summary>
/// <param name="Action">The method and path.</param>
/// <param name="Asked">What the request said, as JSON.</param>
/// <param name="Status">The answer's code.</param>
/// <param name="Remote">Whence it came.</param>
internal sealed record OperatorActed(string Action, string? Asked, int Status, string? Remote) : ServiceEvent;

/// <summary>A canary failed, and the one before did not.</summary>
internal sealed record CanaryFailed(string Coordinator, string Step, string Reason) : ServiceEvent;

/// <summary>A canary succeeded after failures.</summary>
internal sealed record CanaryRecovered(string Coordinator, long Failures) : ServiceEvent;

/// <summary>A sentinel session that was acknowledged is gone.</summary>
internal sealed record SessionLost(double AgeSeconds, int LifeSeconds) : ServiceEvent;

/// <summary>What became of the requests of a minute, or of a part of it; its moment is the end.</summary>
/// <param name="From">The beginning.</param>
/// <param name="Good">Requests that the objective is content with.</param>
/// <param name="Error">Requests answered with a 5xx.</param>
/// <param name="Slow">Requests answered well, and too late.</param>
/// <param name="Failures">What the storage failed, such as <c>read unavailable</c>; null for nothing.</param>
internal sealed record MinutePassed(
    DateTimeOffset From, long Good, long Error, long Slow, IReadOnlyDictionary<string, long>? Failures = null) : ServiceEvent;

/// <summary>Alertmanager told of an alert.</summary>
internal sealed record AlertReceived(
    string Name, string Status, string? Severity, string? Source, string? Coordinator, DateTimeOffset StartsAt, DateTimeOffset? EndsAt,
    string? Summary, string? Fingerprint) : ServiceEvent
{
    /// <summary>What tells one firing from another: by Alertmanager's own mark of the labels, or by those that are kept here.</summary>
    [JsonIgnore]
    public (string Name, string Which, DateTimeOffset StartsAt) Firing => (Name, Fingerprint ?? $"{Source} {Coordinator}", StartsAt);
}

/// <summary>A line of the log that says of the service what no other event says.</summary>
internal sealed record Noted(string Level, string Text) : ServiceEvent;

/// <summary>Events that found the queue full.</summary>
internal sealed record EventsLost(long Count) : ServiceEvent;
