using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>One partition of one table, whole: a session store's partitions are single rows.</summary>
internal sealed record ReadCommand(Guid Table, PartitionKey Key)
{
    public long Token => Key.Token;
}
