using System.Diagnostics.Metrics;

namespace Holdfast.TelemetrySwitch;

/// <summary>
/// Meters under names that no exporter of the process asks for: whoever listens to a meter hears every host's of that name.
/// </summary>
internal sealed class UnheardMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        Meter meter = new(new MeterOptions($"Unheard.{options.Name}") { Version = options.Version, Tags = options.Tags, Scope = this });
        lock (_meters)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
