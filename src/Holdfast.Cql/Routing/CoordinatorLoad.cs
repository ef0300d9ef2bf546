namespace Holdfast.Cql.Routing;

/// <summary>What the choice of a coordinator needs to know of one of them, at one moment.</summary>
/// <param name="Id">Which.</param>
/// <param name="InFlight">Requests it has not answered yet.</param>
/// <param name="PeakEwma">Its peak-sensitive average latency.</param>
/// <param name="Weight">Its share, above 0 and at most 1.</param>
public readonly record struct CoordinatorLoad(HostId Id, int InFlight, TimeSpan PeakEwma, double Weight)
{
    /// <summary>What one more request would cost here: less is better.</summary>
    public double Cost => (InFlight + 1) * Math.Max(PeakEwma.TotalMilliseconds, 0.1) / Math.Max(Weight, 0.001);
}
