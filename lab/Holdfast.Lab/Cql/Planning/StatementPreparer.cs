using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>A query, read and looked up in a schema; or a <see cref="CqlException"/>.</summary>
internal static class StatementPreparer
{
    /// <param name="query">The text.</param>
    /// <param name="usedKeyspace">The connection's keyspace, or null.</param>
    /// <param name="schema">The node's schema.</param>
    public static PreparedStatement Prepare(string query, string? usedKeyspace, SchemaState schema)
    {
        var (statement, markers) = Parser.Parse(query);
        switch (statement)
        {
            case SelectStatement select:
                return SelectPreparer.Prepare(query, usedKeyspace, select, markers, schema);
            case InsertStatement or UpdateStatement or DeleteStatement:
                return MutationPreparer.Prepare(query, usedKeyspace, statement, markers, schema);
            case BatchStatement:
                throw CqlException.Invalid("BATCH is not part of the lab");
            case TruncateStatement truncate:
                var table = schema.Resolve(truncate.Table, usedKeyspace);
                return SystemTables.SystemKeyspaces.IsReadOnly(table.Keyspace)
                    ? throw CqlException.Unauthorized($"{table.Keyspace} keyspace is not user-modifiable.")
                    : Fixed(new TruncatePlan(table), table);
            case UseStatement use:
                return schema.FindKeyspace(use.Keyspace) is null
                    ? throw CqlException.Invalid($"Keyspace '{use.Keyspace}' does not exist")
                    : Fixed(new UsePlan(use.Keyspace), null);
            default:
                return Fixed(new SchemaPlan(statement, usedKeyspace), null);
        }

        FixedStatement Fixed(Plan plan, TableMetadata? about) =>
            new(query, usedKeyspace, new VariableCollector(markers, about).ToVariables(), about, plan);
    }
}

/// <summary>A statement whose plan has no values in it.</summary>
internal sealed class FixedStatement(
    string query, string? usedKeyspace, BoundVariables variables, TableMetadata? table, Plan plan)
    : PreparedStatement(query, usedKeyspace, variables, table)
{
    protected override Plan BindChecked(BindContext context) => plan;
}
