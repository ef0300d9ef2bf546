using System.Text.Json.Serialization;

namespace Holdfast.Admin;

/// <summary>What the admin listener says of the cluster.</summary>
internal sealed record ClusterView(
    string? LocalDataCenter,
    IReadOnlyList<string> DataCenters,
    HealthModeName Mode,
    bool Serves,
    double? ClockOffsetSeconds,
    IReadOnlyList<CoordinatorView> Coordinators);

/// <summary>
/// One coordinator: its state and since when, why, on what evidence, and how it does now. Latency and moments in seconds.
/// </summary>
internal sealed record CoordinatorView(
    string Host,
    string Address,
    string DataCenter,
    string Rack,
    string Version,
    string State,
    DateTimeOffset? Since,
    string? Reason,
    EvidenceView? Evidence,
    double Weight,
    double LatencySeconds,
    int InFlight,
    int Orphans,
    long Served,
    long Failed,
    long ServedAsLastResort,
    long FailedAsLastResort,
    ContradictionView? LastContradiction,
    string? Trouble);

/// <summary>What an ejection rests on.</summary>
internal sealed record EvidenceView(string Level, int Required, int Alive, string? ContradictedBy, int Count, double WithinSeconds);

/// <summary>What the coordinator failed last that another one then served.</summary>
internal sealed record ContradictionView(DateTimeOffset At, string Kind, string Level, int Required, int Alive, string By);

/// <summary>Which coordinator an operator means: its address, with or without its port.</summary>
internal sealed record CoordinatorRequest([property: JsonRequired] string Address);

/// <summary>Whether ejections are acted on.</summary>
internal sealed record HealthModeRequest([property: JsonRequired] HealthModeName Mode);

/// <summary>As in the configuration's <c>health.mode</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthModeName>))]
internal enum HealthModeName
{
    /// <summary>Decides and acts.</summary>
    [JsonStringEnumMemberName("act")]
    Act,

    /// <summary>Decides and reports alone.</summary>
    [JsonStringEnumMemberName("observe")]
    Observe,
}

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClusterView))]
[JsonSerializable(typeof(CoordinatorRequest))]
[JsonSerializable(typeof(HealthModeRequest))]
internal sealed partial class CoordinatorJson : JsonSerializerContext;
