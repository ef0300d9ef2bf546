using Holdfast.Load.Protocol;

namespace Holdfast.SideBySide.Contestants;

/// <summary>A running server, or two that work as one. Lives in this folder: what is compared and how it is set up.</summary>
internal sealed class Contestant(string name, Dialect dialect, int port, IReadOnlyList<ServerProcess> processes) : IAsyncDisposable
{
    public string Name { get; } = name;

    public Dialect Dialect { get; } = dialect;

    public int Port { get; } = port;

    /// <summary>Where Holdfast answers its operators; null for the others.</summary>
    public int? AdminPort { get; init; }

    /// <summary>Processor time so far, of all processes.</summary>
    public TimeSpan ProcessorTime => processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.ProcessorTime);

    public long Resident(string kind) => processes.Sum(process => process.Resident(kind));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }
}
