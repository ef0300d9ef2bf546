namespace Holdfast.Lab.Storage;

/// <summary>One table's partitions at one replica.</summary>
internal sealed class TableStore
{
    private readonly Dictionary<PartitionKey, PartitionData> partitions;

    /// <summary>Keys in the order of the ring; null until somebody scans, and after a key came or went.</summary>
    private PartitionKey[]? ordered;

    public TableStore()
        : this([])
    {
    }

    private TableStore(Dictionary<PartitionKey, PartitionData> partitions) => this.partitions = partitions;

    public int Count => partitions.Count;

    public PartitionData? Read(PartitionKey key) => partitions.GetValueOrDefault(key);

    public void Put(PartitionKey key, PartitionData? partition)
    {
        bool wasThere = partitions.ContainsKey(key);
        if (partition is { IsEmpty: false })
        {
            partitions[key] = partition;
            ordered = wasThere ? ordered : null;
        }
        else if (wasThere)
        {
            partitions.Remove(key);
            ordered = null;
        }
    }

    /// <summary>All partitions in the order of their tokens.</summary>
    public IEnumerable<PartitionData> Scan()
    {
        ordered ??= [.. partitions.Keys.Order()];
        return ordered.Select(key => partitions[key]);
    }

    public TableStore Copy() => new(new Dictionary<PartitionKey, PartitionData>(partitions));
}
