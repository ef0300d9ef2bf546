using System.Collections.Immutable;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>A table's definition. Immutable.</summary>
internal sealed class TableMetadata
{
    private readonly Dictionary<string, ColumnMetadata> byName;

    /// <param name="id">New for every creation of a table, even of the same name.</param>
    /// <param name="keyspace">Its keyspace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="columns">In any order.</param>
    /// <param name="parameters">Its options.</param>
    public TableMetadata(
        Guid id, string keyspace, string name, IEnumerable<ColumnMetadata> columns, TableParameters parameters)
    {
        Id = id;
        Keyspace = keyspace;
        Name = name;
        Parameters = parameters;
        Columns = [.. columns.OrderBy(c => c.Kind).ThenBy(c => c.Position).ThenBy(c => c.Name, StringComparer.Ordinal)];
        PartitionKey = [.. Columns.Where(c => c.Kind == ColumnKind.PartitionKey)];
        Clustering = [.. Columns.Where(c => c.Kind == ColumnKind.Clustering)];
        byName = Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
    }

    public Guid Id { get; }

    public string Keyspace { get; }

    public string Name { get; }

    public TableParameters Parameters { get; }

    /// <summary>In the order of <c>SELECT *</c>: partition key, clustering, then the others by name.</summary>
    public ImmutableArray<ColumnMetadata> Columns { get; }

    public ImmutableArray<ColumnMetadata> PartitionKey { get; }

    public ImmutableArray<ColumnMetadata> Clustering { get; }

    public ColumnMetadata? Find(string column) => byName.GetValueOrDefault(column);

    public ColumnMetadata Get(string column) =>
        Find(column) ?? throw CqlException.Invalid($"Undefined column name {column} in table {Keyspace}.{Name}");

    public TableMetadata With(IEnumerable<ColumnMetadata> columns) => new(Id, Keyspace, Name, columns, Parameters);

    public TableMetadata With(TableParameters parameters) => new(Id, Keyspace, Name, Columns, parameters);
}
