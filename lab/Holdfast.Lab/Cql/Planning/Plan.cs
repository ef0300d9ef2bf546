using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What has to be done for a statement with its values: the coordinator does it.</summary>
internal abstract record Plan;

/// <summary>Read partitions from replicas, merge them, and have <see cref="Rows"/> make the result of them.</summary>
/// <param name="Table">Of which table.</param>
/// <param name="Keys">Which partitions, each once; null for all of the table's.</param>
/// <param name="Rows">Makes the result; it knows the limit.</param>
internal sealed record ReadPlan(TableMetadata Table, IReadOnlyList<PartitionKey>? Keys, RowAssembly Rows) : Plan;

/// <summary>Ask this node's own tables.</summary>
/// <param name="Table">Which of them.</param>
/// <param name="Rows">Makes the result of what <c>SystemTables</c> says.</param>
internal sealed record LocalReadPlan(TableMetadata Table, RowAssembly Rows) : Plan;

/// <summary>Write these, each to the replicas of its token.</summary>
internal sealed record MutationPlan(TableMetadata Table, IReadOnlyList<Mutation> Mutations) : Plan;

/// <summary>Change the schema with <see cref="SchemaChanger"/>.</summary>
internal sealed record SchemaPlan(Statement Statement, string? UsedKeyspace) : Plan;

/// <summary>Empty this table everywhere.</summary>
internal sealed record TruncatePlan(TableMetadata Table) : Plan;

/// <summary>Make this the connection's keyspace.</summary>
internal sealed record UsePlan(string Keyspace) : Plan;
