using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>The rows of a result. Values are the stored ones, not copies.</summary>
/// <param name="Columns">What the columns are.</param>
/// <param name="Rows">A value, or null, for each column of each row.</param>
internal sealed record RowSet(IReadOnlyList<ColumnSpec> Columns, IReadOnlyList<byte[]?[]> Rows);
