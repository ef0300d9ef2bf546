using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Transport.Memory;

/// <summary>How long bytes take between the clients and a node, one way: a floor and an exponential tail.</summary>
internal readonly record struct ClientLatency(TimeSpan Floor, TimeSpan Tail)
{
    public static ClientLatency Local { get; } = new(TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(50));

    public TimeSpan Draw(Randomness randomness) => Tail == TimeSpan.Zero ? Floor : Floor + randomness.Exponential(Tail);
}
