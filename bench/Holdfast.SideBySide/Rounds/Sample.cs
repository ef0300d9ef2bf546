using Holdfast.Load.Measuring;

namespace Holdfast.SideBySide.Rounds;

/// <summary>One contestant's figures of one round.</summary>
/// <param name="Load">What the generator saw.</param>
/// <param name="Processor">Processor time that the contestant used meanwhile.</param>
internal sealed record Sample(LoadResult Load, TimeSpan Processor)
{
    public double Rate => Load.RequestsPerSecond;

    public double ProcessorUs => Processor.TotalMicroseconds / Math.Max(Load.AllRequests, 1);

    public double P50Ms => Load.Latency.PercentileMs(50);

    public double P99Ms => Load.Latency.PercentileMs(99);
}
