namespace Holdfast.Embedded.Writing;

/// <summary>
/// How long the writer waits for company before it pays for an fsync. Gathering costs each write at most
/// <see cref="WaitMax"/> and saves an fsync for every write that joins.
/// </summary>
/// <remarks>
/// A single writer never waits: only where batches have had company lately is more company expected. Without this, clients
/// that wait for their acknowledgements fall into two halves, each of which pays for its own fsync.
/// </remarks>
internal sealed class GatherPolicy
{
    /// <summary>Below a third of what an fsync costs on the disks measured (docs/decisions/0002-group-commit.md).</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMicroseconds(100);

    /// <summary>Writes in one batch.</summary>
    public const int BatchMax = 1024;

    /// <summary>Bytes in one batch, about: one more value may go over it.</summary>
    public const long BatchBytesMax = 8 * 1024 * 1024;

    private const int WorthWaitingForMax = 24;

    private const double CompanyMin = 2;

    private double _usual = 1;

    /// <summary>True while more should be waited for.</summary>
    /// <param name="gathered">Writes in the batch so far.</param>
    /// <param name="waited">Since the first of them was taken.</param>
    public bool ShouldWait(int gathered, TimeSpan waited) =>
        _usual > CompanyMin && gathered < WorthWaitingForMax && waited < WaitMax;

    /// <summary>A batch of so many was committed.</summary>
    public void Committed(int count) => _usual = (_usual * 0.75) + (count * 0.25);
}
