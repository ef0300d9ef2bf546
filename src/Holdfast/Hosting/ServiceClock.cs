using System.Globalization;

namespace Holdfast.Hosting;

/// <summary>
/// The clock of the process: the system's. A test of two instances whose clocks differ sets <see cref="OffsetVariable"/>, because to
/// lie to the whole process about the time makes the runtime's timed waits spin (decision 0079).
/// </summary>
internal static class ServiceClock
{
    /// <summary>Milliseconds that the wall clock is shifted by. For tests alone: it is told at start as a critical line.</summary>
    public const string OffsetVariable = "HOLDFAST_TEST_CLOCK_OFFSET_MS";

    /// <summary>The clock, and by how much it is wrong on purpose.</summary>
    public static (TimeProvider Clock, TimeSpan Offset) Choose(string? variable) =>
        int.TryParse(variable, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds != 0
            ? (new Shifted(TimeSpan.FromMilliseconds(milliseconds)), TimeSpan.FromMilliseconds(milliseconds))
            : (TimeProvider.System, TimeSpan.Zero);

    /// <summary>Only what a person would read from a clock is shifted; durations and timers are as they are.</summary>
    private sealed class Shifted(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
