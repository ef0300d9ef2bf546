namespace Holdfast.Lab.Storage;

/// <summary>When the commit log reaches the disk: Cassandra's <c>commitlog_sync</c>.</summary>
/// <param name="Period">How long a write may wait for it; zero: not at all, each write is synced before its answer.</param>
internal readonly record struct CommitLogSync(TimeSpan Period)
{
    /// <summary>Cassandra's default: every ten seconds.</summary>
    public static readonly CommitLogSync Periodic = new(TimeSpan.FromSeconds(10));

    public static readonly CommitLogSync EveryWrite = new(TimeSpan.Zero);
}
