using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Prepares INSERT, UPDATE and DELETE.</summary>
internal static class MutationPreparer
{
    public static PreparedStatement Prepare(
        string query, string? used, Statement statement, int markers, SchemaState schema)
    {
        var name = statement switch
        {
            InsertStatement insert => insert.Into,
            UpdateStatement update => update.Table,
            _ => ((DeleteStatement)statement).From,
        };
        var table = schema.Resolve(name, used);
        if (SystemTables.SystemKeyspaces.IsReadOnly(table.Keyspace))
        {
            throw CqlException.Unauthorized($"{table.Keyspace} keyspace is not user-modifiable.");
        }

        RefuseConditions(statement);
        VariableCollector variables = new(markers, table);
        var write = statement switch
        {
            InsertStatement insert => Insert(table, insert, variables),
            UpdateStatement update => Update(table, update, variables),
            _ => Delete(table, (DeleteStatement)statement, variables),
        };
        return new PreparedMutation(query, used, variables.ToVariables(), table, write);
    }

    private static void RefuseConditions(Statement statement)
    {
        bool isConditional = statement is InsertStatement { IfNotExists: true }
            or UpdateStatement { Condition: not null }
            or DeleteStatement { Condition: not null };
        if (isConditional)
        {
            throw CqlException.Invalid("Lightweight transactions are not part of the lab");
        }
    }

    private static RowWrite Insert(TableMetadata table, InsertStatement insert, VariableCollector variables)
    {
        if (insert.Columns.Count != insert.Values.Count)
        {
            throw CqlException.Invalid("Unmatched column names/values");
        }

        Dictionary<string, ColumnValues> keys = new(StringComparer.Ordinal);
        List<ColumnWrite> columns = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < insert.Columns.Count; i++)
        {
            var column = table.Get(insert.Columns[i]);
            if (!seen.Add(column.Name))
            {
                throw CqlException.Invalid($"The column names contains duplicates");
            }

            if (column.IsPrimaryKey)
            {
                keys.Add(column.Name, ColumnValues.Single(column, insert.Values[i], variables));
            }
            else
            {
                columns.Add(new(column, BoundTerm.Create(insert.Values[i], column.Type, column.Name, variables)));
            }
        }

        var attributes = WriteAttributes.Read(insert.Using, variables);
        return new RowWrite(
            WriteKind.Insert, Keys(table.PartitionKey, keys), Keys(table.Clustering, keys), columns, attributes);
    }

    private static RowWrite Update(TableMetadata table, UpdateStatement update, VariableCollector variables)
    {
        var attributes = WriteAttributes.Read(update.Using, variables);
        List<ColumnWrite> columns = [];
        foreach (var assignment in update.Assignments)
        {
            var column = table.Get(assignment.Column);
            if (column.IsPrimaryKey)
            {
                throw CqlException.Invalid($"PRIMARY KEY part {column.Name} found in SET part");
            }

            if (assignment.Kind != AssignmentKind.Set)
            {
                throw CqlException.Invalid("Changing part of a collection or a counter is not part of the lab");
            }

            if (columns.Exists(c => c.Column == column))
            {
                throw CqlException.Invalid($"Multiple incompatible setting of column {column.Name}");
            }

            columns.Add(new(column, BoundTerm.Create(assignment.Value, column.Type, column.Name, variables)));
        }

        var keys = Where(table, update.Where, variables);
        return new RowWrite(
            WriteKind.Update, Keys(table.PartitionKey, keys), Keys(table.Clustering, keys), columns, attributes);
    }

    private static RowWrite Delete(TableMetadata table, DeleteStatement delete, VariableCollector variables)
    {
        List<ColumnWrite> columns = [];
        foreach (var deletion in delete.Selections)
        {
            var column = table.Get(deletion.Column);
            if (column.IsPrimaryKey)
            {
                throw CqlException.Invalid($"Invalid identifier {column.Name} for deletion (should not be a PRIMARY KEY part)");
            }

            if (deletion.Element is not null)
            {
                throw CqlException.Invalid("Changing part of a collection is not part of the lab");
            }

            columns.Add(new(column, new ConstantTerm(null)));
        }

        var attributes = WriteAttributes.Read(delete.Using, variables);
        var keys = Where(table, delete.Where, variables);
        var partition = Keys(table.PartitionKey, keys);
        bool isPartition = columns.Count == 0 && !table.Clustering.Any(c => keys.ContainsKey(c.Name));
        if (isPartition)
        {
            return new RowWrite(WriteKind.DeletePartition, partition, [], columns, attributes);
        }

        if (columns.Count == 0 && table.Clustering.Any(c => !keys.ContainsKey(c.Name)))
        {
            throw CqlException.Invalid("Deleting a range of rows is not part of the lab");
        }

        var kind = columns.Count == 0 ? WriteKind.DeleteRow : WriteKind.Update;
        return new RowWrite(kind, partition, Keys(table.Clustering, keys), columns, attributes);
    }

    /// <summary>Every column of a key, in its order; refuses when one is missing.</summary>
    private static List<ColumnValues> Keys(
        IReadOnlyCollection<ColumnMetadata> columns, Dictionary<string, ColumnValues> given)
    {
        var missing = columns.Where(c => !given.ContainsKey(c.Name)).ToList();
        if (missing.Count > 0)
        {
            string what = missing[0].Kind == ColumnKind.PartitionKey ? "partition key parts" : "clustering keys";
            throw CqlException.Invalid($"Some {what} are missing: {string.Join(", ", missing.Select(c => c.Name))}");
        }

        return [.. columns.Select(c => given[c.Name])];
    }

    private static Dictionary<string, ColumnValues> Where(
        TableMetadata table, Sequence<Relation> where, VariableCollector variables)
    {
        Dictionary<string, ColumnValues> keys = new(StringComparer.Ordinal);
        foreach (var relation in where)
        {
            if (relation.IsToken)
            {
                throw CqlException.Invalid(
                    "The token function cannot be used in WHERE clauses for UPDATE and DELETE statements");
            }

            if (relation.Columns.Count > 1)
            {
                throw CqlException.Invalid("Relations on tuples of columns are not part of the lab");
            }

            var column = table.Get(relation.Columns[0]);
            if (!column.IsPrimaryKey)
            {
                throw CqlException.Invalid($"Non PRIMARY KEY columns found in where clause: {column.Name} ");
            }

            if (relation.Operator is not (RelationOperator.Equal or RelationOperator.In))
            {
                throw CqlException.Invalid(column.Kind == ColumnKind.PartitionKey
                    ? "Only EQ and IN relation are supported on the partition key (unless you use the token() function)"
                    : "Changing a range of rows is not part of the lab");
            }

            if (!keys.TryAdd(column.Name, ColumnValues.Of(column, relation, variables)))
            {
                throw CqlException.Invalid(
                    $"{column.Name} cannot be restricted by more than one relation if it includes an Equal");
            }
        }

        return keys;
    }
}
