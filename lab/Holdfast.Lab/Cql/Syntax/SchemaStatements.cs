namespace Holdfast.Lab.Cql.Syntax;

/// <summary>An option after WITH: text, or a map of text to text.</summary>
/// <param name="Name">Its name, in lower case.</param>
/// <param name="Text">Its value when it is no map.</param>
/// <param name="Map">Its entries when it is one.</param>
internal sealed record OptionSyntax(string Name, OptionText? Text, Sequence<OptionEntry>? Map);

/// <param name="Value">What it says, unquoted.</param>
/// <param name="Kind">How it was written; null for a bare word.</param>
internal sealed record OptionText(string Value, LiteralKind? Kind);

internal sealed record OptionEntry(OptionText Key, OptionText Value);

internal sealed record CreateKeyspaceStatement(string Keyspace, bool IfNotExists, Sequence<OptionSyntax> Options) : Statement;

internal sealed record AlterKeyspaceStatement(string Keyspace, Sequence<OptionSyntax> Options) : Statement;

internal sealed record DropKeyspaceStatement(string Keyspace, bool IfExists) : Statement;

/// <param name="Name">The column.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsStatic">Whether one value is shared by a partition's rows.</param>
/// <param name="IsPrimaryKey">Whether <c>PRIMARY KEY</c> follows it.</param>
internal sealed record ColumnDefinition(string Name, TypeSyntax Type, bool IsStatic, bool IsPrimaryKey);

/// <param name="Partition">Columns of the partition key.</param>
/// <param name="Clustering">Columns that order a partition's rows.</param>
internal sealed record PrimaryKeyDefinition(Sequence<string> Partition, Sequence<string> Clustering);

/// <param name="Table">The table.</param>
/// <param name="IfNotExists">Whether an existing one is no error.</param>
/// <param name="Columns">Columns in the order written.</param>
/// <param name="PrimaryKeys">The separate <c>PRIMARY KEY (…)</c>; more than one is refused later.</param>
/// <param name="ClusteringOrder">After <c>CLUSTERING ORDER BY</c>.</param>
/// <param name="CompactStorage">Whether <c>COMPACT STORAGE</c> was asked for.</param>
/// <param name="Options">The other options.</param>
internal sealed record CreateTableStatement(
    TableName Table,
    bool IfNotExists,
    Sequence<ColumnDefinition> Columns,
    Sequence<PrimaryKeyDefinition> PrimaryKeys,
    Sequence<Ordering> ClusteringOrder,
    bool CompactStorage,
    Sequence<OptionSyntax> Options) : Statement;

/// <summary>ALTER TABLE with one of: columns added, columns dropped, options changed.</summary>
internal sealed record AlterTableStatement(
    TableName Table, Sequence<ColumnDefinition> Add, Sequence<string> Drop, Sequence<OptionSyntax> Options) : Statement;

internal sealed record DropTableStatement(TableName Table, bool IfExists) : Statement;
