using Holdfast.Embedded;

namespace Holdfast.Configuration;

/// <summary>The storage engines there are.</summary>
public enum StorageEngine
{
    /// <summary>The embedded store, in a folder of this machine.</summary>
    Embedded,

    /// <summary>A Cassandra cluster.</summary>
    Cassandra,
}

/// <summary>The section <c>storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary><c>engine</c>: cassandra if and only if a <c>cassandra:</c> section is given, unless it is said here.</summary>
    public StorageEngine Engine { get; set; } = StorageEngine.Embedded;

    /// <summary><c>embedded</c>: the embedded store's settings.</summary>
    public EmbeddedStoreOptions Embedded { get; set; } = new();
}
