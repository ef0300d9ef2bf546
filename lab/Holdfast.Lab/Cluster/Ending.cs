namespace Holdfast.Lab.Cluster;

/// <summary>How a process ends: what its peers, its clients and its disk notice of it.</summary>
internal enum Ending
{
    /// <summary>Says goodbye to its peers; clients get a reset; everything acknowledged is on disk.</summary>
    Stopped,

    /// <summary>SIGKILL: no goodbye; the kernel resets the connections and still writes what the process wrote.</summary>
    Killed,

    /// <summary>No goodbye, connections vanish without a packet, and what the commit log had not synced is gone.</summary>
    PowerLost,
}
