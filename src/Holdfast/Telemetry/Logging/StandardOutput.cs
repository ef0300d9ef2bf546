namespace Holdfast.Telemetry.Logging;

/// <summary>Where Kask's log goes.</summary>
internal static class StandardOutput
{
#pragma warning disable RS0030 // The log is standard output: bytes, with no text writer of the console's between.
    public static Stream Open() => Console.OpenStandardOutput();
#pragma warning restore RS0030
}
