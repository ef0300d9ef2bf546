using Holdfast.Cql.Connections;
using Holdfast.Cql.Health;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Topology;

namespace Holdfast.Cql.Coordinators;

/// <summary>
/// One host as a coordinator: its connection, its load and health's present verdict. What health knows of it lies in
/// <see cref="ClusterHealth"/>; this is what a request needs to choose it and to use it.
/// </summary>
/// <remarks>Lives in this folder: coordinators, how they are connected, probed and kept. Under the core's lock.</remarks>
internal sealed class Coordinator(HostInfo host, CoordinatorTable table, ProtocolVersion version) : IConnectionOwner
{
    public HostId Id => Host.Id;

    public HostInfo Host { get; set; } = host;

    /// <summary>The protocol version to connect with.</summary>
    public ProtocolVersion Version { get; set; } = version;

    /// <summary>The connection, while there is one or one is being made.</summary>
    public CqlConnection? Connection { get; set; }

    /// <summary>When the present connection attempt began.</summary>
    public TimeSpan ConnectBegan { get; set; }

    /// <summary>When the present connection attempt is given up.</summary>
    public TimeSpan ConnectUntil { get; set; }

    /// <summary>When the next connection attempt is due.</summary>
    public TimeSpan ConnectAt { get; set; }

    /// <summary>Setups in a row that were given up because the host fell silent in the middle of one.</summary>
    public int SilentSetups { get; set; }

    /// <summary>When the last connection, or attempt at one, ended.</summary>
    public TimeSpan DisconnectedAt { get; set; }

    /// <summary>The state, as health last said.</summary>
    public CoordinatorState State { get; set; }

    /// <summary>The share of traffic it should get; brought up to date every tenth of a second.</summary>
    public double Weight { get; set; }

    /// <summary>Its latency as the choice sees it; brought up to date with <see cref="Weight"/>.</summary>
    public TimeSpan PeakEwma { get; set; }

    /// <summary>Why the last connection ended, for a person.</summary>
    public string? LastTrouble { get; set; }

    /// <summary>How it came into its state.</summary>
    public HealthTransition? LastMove { get; set; }

    /// <summary>What it failed last that another one then served, and when.</summary>
    public (Contradiction What, TimeSpan At)? LastContradiction { get; set; }

    /// <summary>Until then it is asked last for what needs other data centres.</summary>
    public TimeSpan AskedLastUntil { get; set; }

    /// <summary>Attempts and served ones among them that there had been when it was last probed.</summary>
    public (long Attempts, long Served) AtLastProbe { get; set; }

    /// <summary>A round of probes is out.</summary>
    public bool IsProbing { get; set; }

    /// <summary>Attempts since the start, by their outcome's number.</summary>
    public long[] Attempts { get; } = new long[Enum.GetValues<AttemptResult>().Length];

    public long Served => Attempts[(int)AttemptResult.Success];

    public long Failed => Attempts.Sum() - Served;

    /// <summary>Of them, those sent while it took no traffic, because nobody who did had served the request.</summary>
    public (long Served, long Failed) AsLastResort { get; private set; }

    public void Count(AttemptResult result, bool isLastResort)
    {
        Attempts[(int)result]++;
        if (isLastResort)
        {
            (long served, long failed) = AsLastResort;
            AsLastResort = result == AttemptResult.Success ? (served + 1, failed) : (served, failed + 1);
        }
    }

    /// <summary>True while a request may be sent to it at all.</summary>
    public bool HasRoom => Connection is { HasRoom: true };

    /// <summary>True while nothing is wrong with its connection but that it is full.</summary>
    public bool IsFull => Connection is { IsFull: true };

    public CoordinatorLoad Load =>
        new(Id, Connection?.Load ?? 0, PeakEwma, Weight);

    void IConnectionOwner.Ready(CqlConnection connection) => table.Connected(this, connection);

    void IConnectionOwner.Pushed(CqlConnection connection, EventBody pushed)
    {
        // Only the control connection registers; whatever else arrives is a hint that nobody asked for.
    }

    void IConnectionOwner.Closed(CqlConnection connection, string reason) => table.Disconnected(this, connection, reason);
}
