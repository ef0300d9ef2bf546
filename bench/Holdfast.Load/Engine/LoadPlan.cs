using Holdfast.Load.Protocol;

namespace Holdfast.Load.Engine;

/// <summary>What load is offered to whom.</summary>
internal sealed record LoadPlan(int Port, Dialect Dialect, Operation Operation, SessionSet Sessions, TimeSpan Duration)
{
    /// <summary>The path before the key, for Kask's dialect.</summary>
    public string BasePath { get; init; } = "/sessions/v1/";

    public int Connections { get; init; } = 32;

    /// <summary>After so many requests a connection is closed and a new one opened; 0 keeps it.</summary>
    public int RequestsPerConnection { get; init; }

    /// <summary>
    /// Requests a second, due at even intervals whatever the server does; a request's latency counts from the moment it was
    /// due. 0 sends the next request when an answer has come.
    /// </summary>
    public double Rate { get; init; }

    /// <summary>Which of the sessions are asked for, in which order.</summary>
    public ulong DrawSeed { get; init; } = 1;
}
