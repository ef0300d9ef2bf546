using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Internode;

/// <summary>How long a message takes one way: a floor and an exponential tail, within a data centre and between two.</summary>
internal sealed record LatencyModel
{
    public TimeSpan LocalFloor { get; init; } = TimeSpan.FromMicroseconds(150);

    public TimeSpan LocalTail { get; init; } = TimeSpan.FromMicroseconds(100);

    public TimeSpan RemoteFloor { get; init; } = TimeSpan.FromMilliseconds(15);

    public TimeSpan RemoteTail { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The first message after either side restarted waits for a connection and its handshake.</summary>
    public TimeSpan ConnectMin { get; init; } = TimeSpan.FromMilliseconds(60);

    public TimeSpan ConnectMax { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>For real sockets, where the loopback adds its own and a timer would round a microsecond up to a millisecond.</summary>
    public static LatencyModel NoLocal { get; } = new() { LocalFloor = TimeSpan.Zero, LocalTail = TimeSpan.Zero };

    public TimeSpan Draw(bool local, Randomness randomness)
    {
        var (floor, tail) = local ? (LocalFloor, LocalTail) : (RemoteFloor, RemoteTail);
        return tail == TimeSpan.Zero ? floor : floor + randomness.Exponential(tail);
    }
}
