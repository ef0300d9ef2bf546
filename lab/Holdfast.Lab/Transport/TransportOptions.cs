using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Lab.Transport;

/// <summary>How a lab's sockets behave.</summary>
internal sealed record TransportOptions
{
    /// <summary>Null for plain TCP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>A connection's bytes that are read at once, and the most that wait for its node.</summary>
    public int ReadSize { get; init; } = 64 * 1024;

    /// <summary>With this many bytes waiting to be sent nothing more is read from the client.</summary>
    public int PendingPause { get; init; } = 4 * 1024 * 1024;

    /// <summary>A client that lets this many bytes wait is reset.</summary>
    public int PendingMax { get; init; } = 256 * 1024 * 1024;

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection that was closed from this side is read on, so that its last answer is not lost.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public int Backlog { get; init; } = 1024;
}
