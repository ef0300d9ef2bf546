using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>One thing that a SELECT returns of each row.</summary>
internal abstract class Selection(ColumnSpec spec)
{
    public ColumnSpec Spec { get; } = spec;

    public abstract byte[]? Read(RowView row, BindContext context);
}

internal sealed class ColumnSelection(ColumnSpec spec, ColumnMetadata column) : Selection(spec)
{
    public override byte[]? Read(RowView row, BindContext context) => row.Value(column);
}

internal sealed class WriteTimeSelection(ColumnSpec spec, ColumnMetadata column) : Selection(spec)
{
    public override byte[]? Read(RowView row, BindContext context) =>
        row.WriteTime(column) is { } timestamp ? CqlValue.Bigint(timestamp) : null;
}

internal sealed class TtlSelection(ColumnSpec spec, ColumnMetadata column) : Selection(spec)
{
    public override byte[]? Read(RowView row, BindContext context) =>
        row.TimeToLive(column) is { } seconds ? CqlValue.Int(seconds) : null;
}

internal sealed class TokenSelection(ColumnSpec spec) : Selection(spec)
{
    public override byte[]? Read(RowView row, BindContext context) => CqlValue.Bigint(row.Token);
}

internal sealed class FunctionSelection(ColumnSpec spec, string name, Selection? argument) : Selection(spec)
{
    public override byte[]? Read(RowView row, BindContext context) =>
        TimeFunctions.Evaluate(name, argument?.Read(row, context), context);
}

/// <summary>Counts rows, or those in which a selection is not null. Its own value is whether to count the row.</summary>
internal sealed class CountSelection(ColumnSpec spec, Selection? counted) : Selection(spec)
{
    private static readonly byte[] Yes = [];

    public override byte[]? Read(RowView row, BindContext context) =>
        counted is null || counted.Read(row, context) is not null ? Yes : null;
}
