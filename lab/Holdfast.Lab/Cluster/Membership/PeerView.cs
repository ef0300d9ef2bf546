namespace Holdfast.Lab.Cluster.Membership;

/// <summary>One node's own opinion of one peer: nothing here is shared, so two nodes may disagree for as long as they do.</summary>
internal sealed class PeerView(EndpointState state)
{
    public EndpointState State { get; set; } = state;

    /// <summary>True only after an echo came back.</summary>
    public bool Alive { get; set; }

    /// <summary>When the echo that is out was sent.</summary>
    public TimeSpan? EchoSentAt { get; set; }

    public TimeSpan ChangedAt { get; set; }

    public EndpointInfo Info => State.Info;
}
