namespace Holdfast.Lab.Storage;

/// <summary>One table's partitions at one replica: all of them, or the newest so many.</summary>
internal sealed class TableStore
{
    private readonly Dictionary<PartitionKey, PartitionData> partitions;
    private readonly int? newest;
    private readonly Queue<PartitionKey> arrivals;

    /// <summary>Keys in the order of the ring; null until somebody scans, and after a key came or went.</summary>
    private PartitionKey[]? ordered;

    /// <param name="newest">How many are kept; null for all.</param>
    public TableStore(int? newest = null)
        : this([], newest, [])
    {
    }

    private TableStore(Dictionary<PartitionKey, PartitionData> partitions, int? newest, Queue<PartitionKey> arrivals)
    {
        this.partitions = partitions;
        this.newest = newest;
        this.arrivals = arrivals;
    }

    public int Count => partitions.Count;

    public PartitionData? Read(PartitionKey key) => partitions.GetValueOrDefault(key);

    public void Put(PartitionKey key, PartitionData? partition)
    {
        bool wasThere = partitions.ContainsKey(key);
        if (partition is { IsEmpty: false })
        {
            partitions[key] = partition;
            if (!wasThere)
            {
                ordered = null;
                MakeRoomFor(key);
            }
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

    public TableStore Copy() => new(new Dictionary<PartitionKey, PartitionData>(partitions), newest, new Queue<PartitionKey>(arrivals));

    private void MakeRoomFor(PartitionKey key)
    {
        if (newest is not { } most)
        {
            return;
        }

        arrivals.Enqueue(key);
        while (arrivals.Count > most)
        {
            partitions.Remove(arrivals.Dequeue());
        }
    }
}
