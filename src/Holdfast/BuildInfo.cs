using System.Reflection;
using System.Runtime.InteropServices;

namespace Holdfast;

/// <summary>
/// What was built, when and where: Kask's four facts. Date and host are given to the build
/// (<c>-p:BuildDate=… -p:BuildHost=…</c>) and 'unknown' otherwise, as in Kask; the field that Kask calls
/// <c>go_version</c> holds the runtime's name and version.
/// </summary>
internal static class BuildInfo
{
    private const string Unknown = "unknown";

    private static readonly Assembly s_assembly = typeof(BuildInfo).Assembly;

    public static string Version { get; } =
        s_assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? Unknown;

    public static string Date { get; } = Metadata("BuildDate");

    public static string Host { get; } = Metadata("BuildHost");

    public static string Runtime { get; } = RuntimeInformation.FrameworkDescription;

    private static string Metadata(string key) => s_assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == key)?.Value is { Length: > 0 } value ? value : Unknown;
}
