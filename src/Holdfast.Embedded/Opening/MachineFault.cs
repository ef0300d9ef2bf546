namespace Holdfast.Embedded.Opening;

/// <summary>
/// Why a store could not be opened when the machine refused and the data is as good as it was: a full disk must not make an
/// operator restore last night's backup. Known by the words of strerror(3), which stand in RocksDB's messages and .NET's alike.
/// </summary>
internal static class MachineFault
{
    private static readonly (string Words, string Remedy)[] Known =
    [
        ("No space left on device", "Its file system is full: make room (df -h and df -i say where it stands) and start again."),
        ("Disk quota exceeded", "The quota of the user who runs Holdfast is used up: make room or raise it, and start again."),
        ("File too large", "The process may write no larger file: raise its limit (ulimit -f, LimitFSIZE=) and start again."),
        ("Read-only file system", "The file system is mounted read-only; after an error of the disk Linux does that by itself (dmesg says so). Mount it writable and start again."),
        ("Permission denied", "The user who runs Holdfast must own the folder and all that is in it (chown -R)."),
        ("Operation not permitted", "The user who runs Holdfast must own the folder and all that is in it, and nothing in it may be immutable (lsattr)."),
        ("Too many open files", "Allow the process more open files (ulimit -n, LimitNOFILE=); a store needs some two thousand."),
        ("Cannot allocate memory", "The machine, or the group of processes, has no memory left: free some and start again."),
        ("Input/output error", "The disk does not answer as it should (dmesg says more). Keep a copy of the folder before anything else is tried."),
        ("Stale file handle", "The file system went away under the process: mount it again and start again."),
        ("Transport endpoint is not connected", "The file system went away: mount it again and start again."),
        ("Resource temporarily unavailable", "Another process holds the database: end it and start again."),
        ("No locks available", "Another process holds the database, or its file system has no locks: one process at a time may open a store."),
    ];

    /// <summary>What the operator can do about it; null when the message names no fault of the machine's.</summary>
    public static string? RemedyFor(string message)
    {
        foreach ((string words, string remedy) in Known)
        {
            if (message.Contains(words, StringComparison.Ordinal))
            {
                return remedy;
            }
        }

        return null;
    }
}
