using static Holdfast.Lab.Cql.Syntax.TermFormatter;

namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Writes statements about the schema back as CQL.</summary>
internal static class SchemaFormatter
{
    public static string Text(Statement statement) => statement switch
    {
        CreateKeyspaceStatement create =>
            $"CREATE KEYSPACE {(create.IfNotExists ? "IF NOT EXISTS " : "")}{Name(create.Keyspace)}{With(create.Options)}",
        AlterKeyspaceStatement alter => $"ALTER KEYSPACE {Name(alter.Keyspace)}{With(alter.Options)}",
        DropKeyspaceStatement drop => $"DROP KEYSPACE {(drop.IfExists ? "IF EXISTS " : "")}{Name(drop.Keyspace)}",
        CreateTableStatement create => CreateTable(create),
        AlterTableStatement alter => AlterTable(alter),
        DropTableStatement drop => $"DROP TABLE {(drop.IfExists ? "IF EXISTS " : "")}{StatementFormatter.Table(drop.Table)}",
        _ => throw new NotSupportedException(statement.GetType().Name),
    };

    private static string CreateTable(CreateTableStatement create)
    {
        IEnumerable<string> columns = create.Columns.Select(Text);
        IEnumerable<string> keys = create.PrimaryKeys.Select(
            k => $"PRIMARY KEY ({string.Join(", ", k.Clustering.Select(Name).Prepend($"({Names(k.Partition)})"))})");
        List<string> options = [];
        if (create.ClusteringOrder.Count > 0)
        {
            options.Add($"CLUSTERING ORDER BY ({string.Join(", ", create.ClusteringOrder.Select(StatementFormatter.Order))})");
        }

        if (create.CompactStorage)
        {
            options.Add("COMPACT STORAGE");
        }

        options.AddRange(create.Options.Select(Text));
        return $"CREATE TABLE {(create.IfNotExists ? "IF NOT EXISTS " : "")}{StatementFormatter.Table(create.Table)} "
            + $"({string.Join(", ", columns.Concat(keys))})"
            + (options.Count == 0 ? "" : $" WITH {string.Join(" AND ", options)}");
    }

    private static string AlterTable(AlterTableStatement alter)
    {
        string what = alter.Add.Count > 0 ? $" ADD ({string.Join(", ", alter.Add.Select(Text))})"
            : alter.Drop.Count > 0 ? $" DROP ({Names(alter.Drop)})"
            : With(alter.Options);
        return $"ALTER TABLE {StatementFormatter.Table(alter.Table)}{what}";
    }

    private static string Text(ColumnDefinition column) =>
        $"{Name(column.Name)} {TermFormatter.Text(column.Type)}"
            + (column.IsStatic ? " STATIC" : "")
            + (column.IsPrimaryKey ? " PRIMARY KEY" : "");

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Name));

    private static string With(Sequence<OptionSyntax> options) =>
        options.Count == 0 ? "" : $" WITH {string.Join(" AND ", options.Select(Text))}";

    private static string Text(OptionSyntax option)
    {
        string value = option.Map is { } map
            ? $"{{{string.Join(", ", map.Select(e => $"{Text(e.Key)}: {Text(e.Value)}"))}}}"
            : Text(option.Text!);
        return $"{Name(option.Name)} = {value}";
    }

    private static string Text(OptionText text) => text.Kind == LiteralKind.String ? Quote(text.Value) : text.Value;
}
