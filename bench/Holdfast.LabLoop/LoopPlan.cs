using System.Net;

namespace Holdfast.LabLoop;

/// <summary>What is asked, of whom, and how hard.</summary>
internal sealed record LoopPlan(
    IPEndPoint Node,
    int Connections,
    int InFlight,
    int Keys,
    int ValueBytes,
    TimeSpan Round,
    int Rounds,
    string Replication,
    ushort Consistency);
