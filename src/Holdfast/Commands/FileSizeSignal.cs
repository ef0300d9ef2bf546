using System.Runtime.InteropServices;

namespace Holdfast.Commands;

/// <summary>
/// SIGXFSZ ends a process that writes a file beyond its limit (ulimit -f). Refused, the write fails instead, as one to a full disk does:
/// the store answers 503 and mends itself when the limit is raised.
/// </summary>
internal static class FileSizeSignal
{
    // .NET has no name for it; the number is Linux's (but on MIPS) and macOS's.
    private const int Number = 25;

    /// <summary>Null where there is no such signal.</summary>
    public static PosixSignalRegistration? Refuse() => OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create((PosixSignal)Number, context => context.Cancel = true);
}
