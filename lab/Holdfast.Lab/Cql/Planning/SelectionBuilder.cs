using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What stands between SELECT and FROM, looked up in a table.</summary>
internal static class SelectionBuilder
{
    public static IReadOnlyList<Selection> Build(TableMetadata table, Sequence<Selector> selectors) =>
        selectors.Count == 0
            ? [.. table.Columns.Select(c => new ColumnSelection(ColumnSpecs.Of(table, c.Name, c.Type), c))]
            : [.. selectors.Select(s => Build(table, s.Value, s.Alias))];

    private static Selection Build(TableMetadata table, Selectable selectable, string? alias)
    {
        ColumnSpec Spec(string name, CqlType type) => ColumnSpecs.Of(table, alias ?? name, type);

        switch (selectable)
        {
            case ColumnSelectable { Column: var name }:
                var column = table.Get(name);
                return new ColumnSelection(Spec(name, column.Type), column);
            case WriteTimeSelectable { Column: var name }:
                return new WriteTimeSelection(Spec($"writetime({name})", CqlType.Bigint), Regular(table, name, "writeTime"));
            case TtlSelectable { Column: var name }:
                return new TtlSelection(Spec($"ttl({name})", CqlType.Int), Regular(table, name, "ttl"));
            case CountRowsSelectable:
                return new CountSelection(Spec("count", CqlType.Bigint), null);
            case FunctionSelectable function:
                return Function(table, function, alias);
            default:
                throw CqlException.Invalid("Terms in the selection clause are not part of the lab");
        }
    }

    private static Selection Function(TableMetadata table, FunctionSelectable function, string? alias)
    {
        var arguments = function.Arguments;
        if (function.Name == "count" && arguments is [TermSelectable { Value: Literal { Kind: LiteralKind.Integer } }])
        {
            return new CountSelection(ColumnSpecs.Of(table, alias ?? "count", CqlType.Bigint), null);
        }

        if (function.Name == "count" && arguments.Count == 1)
        {
            var counted = Build(table, arguments[0], null);
            return new CountSelection(
                ColumnSpecs.Of(table, alias ?? $"system.count({counted.Spec.Name})", CqlType.Bigint), counted);
        }

        if (function.Name == "token" && IsPartitionKey(table, arguments))
        {
            string names = string.Join(", ", table.PartitionKey.Select(c => c.Name));
            return new TokenSelection(ColumnSpecs.Of(table, alias ?? $"system.token({names})", CqlType.Bigint));
        }

        var (result, argumentType) = TimeFunctions.Find(function.Keyspace, function.Name, arguments.Count);
        var argument = argumentType is null ? null : Build(table, arguments[0], null);
        if (argument is not null && argument.Spec.Type != argumentType)
        {
            throw CqlException.Invalid(
                $"Type error: {argument.Spec.Name} cannot be passed as argument 0 of function system.{function.Name} of type {argumentType}");
        }

        string label = $"system.{function.Name}({argument?.Spec.Name})";
        return new FunctionSelection(ColumnSpecs.Of(table, alias ?? label, result), function.Name, argument);
    }

    private static bool IsPartitionKey(TableMetadata table, Sequence<Selectable> arguments) =>
        arguments.Select(a => (a as ColumnSelectable)?.Column).SequenceEqual(table.PartitionKey.Select(c => c.Name));

    private static ColumnMetadata Regular(TableMetadata table, string name, string function)
    {
        var column = table.Get(name);
        if (column.IsPrimaryKey)
        {
            throw CqlException.Invalid($"Cannot use selection function {function} on PRIMARY KEY part {name}");
        }

        return column.Type is { IsCollection: true, IsFrozen: false }
            ? throw CqlException.Invalid($"Cannot use selection function {function} on non-frozen collections")
            : column;
    }
}
