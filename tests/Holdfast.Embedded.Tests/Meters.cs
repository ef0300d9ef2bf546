using System.Diagnostics.Metrics;

namespace Holdfast.Embedded.Tests;

/// <summary>A host's meters, of which the store's is the last made.</summary>
internal sealed class Meters : IMeterFactory
{
    public Meter? Made { get; private set; }

    public Meter Create(MeterOptions options) => Made = new Meter(options);

    public void Dispose() => Made?.Dispose();
}
