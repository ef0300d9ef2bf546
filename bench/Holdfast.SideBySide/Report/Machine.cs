using System.Globalization;
using System.Runtime.InteropServices;

namespace Holdfast.SideBySide.Report;

/// <summary>The machine a table was measured on, as text for the table's head.</summary>
internal static class Machine
{
    public static string Describe(TimeProvider time)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        var date = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return $"{Environment.ProcessorCount} cores ({model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()}), "
            + string.Create(CultureInfo.InvariantCulture, $"{memory:F0} GiB, Linux {Environment.OSVersion.Version}, ")
            + $"{RuntimeInformation.FrameworkDescription}, {date}. Servers and the load generator share the cores.";
    }

    /// <summary>The filesystem that holds a folder: its type and device.</summary>
    public static string Filesystem(string folder)
    {
        var mount = File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' '))
            .Where(fields => folder.StartsWith(fields[1].TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(fields => fields[1].Length);
        return mount is null ? "unknown" : $"{mount[2]} on {mount[0]}";
    }
}
