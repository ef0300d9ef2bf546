namespace Holdfast.Health;

/// <summary>What the service says of itself at /readyz.</summary>
internal enum ServicePhase
{
    /// <summary>The storage has not answered yet.</summary>
    Starting,

    /// <summary>The storage has answered once; requests are welcome.</summary>
    Ready,

    /// <summary>Told to leave: still serving, but asking to be sent nothing new.</summary>
    Draining,
}
