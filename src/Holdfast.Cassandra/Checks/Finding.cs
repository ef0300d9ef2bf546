namespace Holdfast.Cassandra.Checks;

/// <summary>What a check at start is about: a stable name to search a log for.</summary>
internal enum Check
{
    /// <summary>The keyspace or the table is missing.</summary>
    Schema,

    /// <summary>Fewer than three replicas.</summary>
    Replication,

    /// <summary>A deleted session may come back.</summary>
    Tombstones,

    /// <summary>A TTL reaches past what the cluster can store.</summary>
    Year2038,

    /// <summary>The clocks are apart.</summary>
    Clock,
}

/// <summary>One thing that would lose sessions later, or surprise an operator, in one line.</summary>
/// <param name="Check">What it is about.</param>
/// <param name="Text">What is so, what follows from it, and what to do.</param>
internal readonly record struct Finding(Check Check, string Text);
