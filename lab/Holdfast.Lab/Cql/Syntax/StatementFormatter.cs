using static Holdfast.Lab.Cql.Syntax.TermFormatter;

namespace Holdfast.Lab.Cql.Syntax;

/// <summary>Writes statements about rows back as CQL that parses to the same tree.</summary>
internal static class StatementFormatter
{
    public static string Text(Statement statement) => statement switch
    {
        SelectStatement select => Select(select),
        InsertStatement insert => Insert(insert),
        UpdateStatement update => Update(update),
        DeleteStatement delete => Delete(delete),
        BatchStatement batch => Batch(batch),
        UseStatement use => $"USE {Name(use.Keyspace)}",
        TruncateStatement truncate => $"TRUNCATE TABLE {Table(truncate.Table)}",
        _ => SchemaFormatter.Text(statement),
    };

    public static string Table(TableName table) => Qualified(table.Keyspace, Name(table.Name));

    private static string Select(SelectStatement select)
    {
        string selectors = select.Selectors.Count == 0
            ? "*"
            : string.Join(", ", select.Selectors.Select(s => Text(s.Value) + (s.Alias is null ? "" : $" AS {Name(s.Alias)}")));
        string orderings = string.Join(", ", select.OrderBy.Select(Order));
        return $"SELECT {(select.IsDistinct ? "DISTINCT " : "")}{selectors} FROM {Table(select.From)}"
            + Where(select.Where)
            + (orderings.Length == 0 ? "" : $" ORDER BY {orderings}")
            + (select.PerPartitionLimit is { } perPartition ? $" PER PARTITION LIMIT {perPartition}" : "")
            + (select.Limit is { } limit ? $" LIMIT {limit}" : "")
            + (select.AllowFiltering ? " ALLOW FILTERING" : "");
    }

    public static string Order(Ordering ordering) => Name(ordering.Column) + (ordering.IsDescending ? " DESC" : " ASC");

    private static string Text(Selectable selectable) => selectable switch
    {
        ColumnSelectable column => Name(column.Column),
        CountRowsSelectable => "COUNT(*)",
        WriteTimeSelectable writeTime => $"WRITETIME({Name(writeTime.Column)})",
        TtlSelectable ttl => $"TTL({Name(ttl.Column)})",
        FunctionSelectable f =>
            $"{Qualified(f.Keyspace, FunctionName(f.Name))}({string.Join(", ", f.Arguments.Select(Text))})",
        TermSelectable term => TermFormatter.Text(term.Value),
        _ => throw new NotSupportedException(selectable.GetType().Name),
    };

    private static string Insert(InsertStatement insert) =>
        $"INSERT INTO {Table(insert.Into)} ({string.Join(", ", insert.Columns.Select(Name))}) VALUES ({Join(insert.Values)})"
            + (insert.IfNotExists ? " IF NOT EXISTS" : "")
            + Using(insert.Using);

    private static string Update(UpdateStatement update) =>
        $"UPDATE {Table(update.Table)}{Using(update.Using)} SET {string.Join(", ", update.Assignments.Select(Text))}"
            + Where(update.Where)
            + If(update.Condition);

    private static string Text(Assignment assignment)
    {
        string column = Name(assignment.Column);
        return assignment.Kind switch
        {
            AssignmentKind.Set => $"{column} = {assignment.Value}",
            AssignmentKind.Add => $"{column} += {assignment.Value}",
            AssignmentKind.Subtract => $"{column} -= {assignment.Value}",
            AssignmentKind.Prepend => $"{column} = {assignment.Value} + {column}",
            AssignmentKind.SetElement => $"{column}[{assignment.Element}] = {assignment.Value}",
            _ => throw new NotSupportedException(assignment.Kind.ToString()),
        };
    }

    private static string Delete(DeleteStatement delete)
    {
        string selections = string.Join(
            ", ", delete.Selections.Select(d => Name(d.Column) + (d.Element is null ? "" : $"[{d.Element}]")));
        return $"DELETE {selections}{(selections.Length == 0 ? "" : " ")}FROM {Table(delete.From)}"
            + Using(delete.Using)
            + Where(delete.Where)
            + If(delete.Condition);
    }

    private static string Batch(BatchStatement batch)
    {
        string kind = batch.Kind switch
        {
            BatchKind.Unlogged => "UNLOGGED ",
            BatchKind.Counter => "COUNTER ",
            _ => "",
        };
        string statements = string.Concat(batch.Statements.Select(s => $"{Text(s)}; "));
        return $"BEGIN {kind}BATCH{Using(batch.Using)} {statements}APPLY BATCH";
    }

    private static string Using(UsingClause clause)
    {
        string? timestamp = clause.Timestamp is { } t ? $"TIMESTAMP {t}" : null;
        string? ttl = clause.TimeToLive is { } l ? $"TTL {l}" : null;
        string?[] parts = clause.TtlFirst ? [ttl, timestamp] : [timestamp, ttl];
        string text = string.Join(" AND ", parts.Where(p => p is not null));
        return text.Length == 0 ? "" : $" USING {text}";
    }

    private static string Where(Sequence<Relation> relations) =>
        relations.Count == 0 ? "" : $" WHERE {string.Join(" AND ", relations.Select(Text))}";

    private static string If(Condition? condition) => condition switch
    {
        null => "",
        { Relations.Count: 0 } => " IF EXISTS",
        _ => $" IF {string.Join(" AND ", condition.Relations.Select(Text))}",
    };

    private static string Text(Relation relation)
    {
        string names = string.Join(", ", relation.Columns.Select(Name));
        string left = relation.IsToken ? $"token({names})" : relation.Columns.Count > 1 ? $"({names})" : names;
        return relation.Operator switch
        {
            RelationOperator.Equal => $"{left} = {relation.Values[0]}",
            RelationOperator.NotEqual => $"{left} != {relation.Values[0]}",
            RelationOperator.Less => $"{left} < {relation.Values[0]}",
            RelationOperator.LessOrEqual => $"{left} <= {relation.Values[0]}",
            RelationOperator.Greater => $"{left} > {relation.Values[0]}",
            RelationOperator.GreaterOrEqual => $"{left} >= {relation.Values[0]}",
            RelationOperator.In when relation.IsInMarker => $"{left} IN {relation.Values[0]}",
            RelationOperator.In => $"{left} IN ({Join(relation.Values)})",
            RelationOperator.Contains => $"{left} CONTAINS {relation.Values[0]}",
            RelationOperator.ContainsKey => $"{left} CONTAINS KEY {relation.Values[0]}",
            RelationOperator.Like => $"{left} LIKE {relation.Values[0]}",
            RelationOperator.IsNotNull => $"{left} IS NOT NULL",
            _ => throw new NotSupportedException(relation.Operator.ToString()),
        };
    }
}
