namespace Holdfast.Lab.Cluster;

/// <summary>One reason why a node is down. Reasons overlap, and each is its own object, so that the end of one is not the end of another.</summary>
internal sealed class Outage(Ending ending)
{
    public Ending Ending => ending;
}
