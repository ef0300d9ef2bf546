using Holdfast.Configuration;

namespace Holdfast.TelemetrySwitch;

/// <summary>What the service may find out about itself, as a change of its options.</summary>
internal static class Eyes
{
    /// <summary>Changes the options for one of the words <c>on</c>, <c>off</c> and <c>uncounted</c> (all on but the workload).</summary>
    /// <exception cref="ArgumentException">Another word.</exception>
    public static void Set(HoldfastOptions options, string word)
    {
        switch (word)
        {
            case "on":
                break;
            case "uncounted":
                options.Workload.Enabled = false;
                break;
            case "off":
                options.Workload.Enabled = false;
                options.Canary.Interval = TimeSpan.Zero;
                options.SessionLoss.SentinelInterval = TimeSpan.Zero;
                options.SessionLoss.MemoryBytes = 0;
                options.Events.Path = "";
                options.Telemetry.Meters = new UnheardMeters();
                break;
            default:
                throw new ArgumentException($"'{word}' is none of on, off, uncounted.", nameof(word));
        }
    }
}
