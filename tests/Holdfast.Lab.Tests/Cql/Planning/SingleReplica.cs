using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Tests.Cql.Planning;

/// <summary>A cluster of one, without a network: a schema, a store and a clock.</summary>
internal sealed class SingleReplica
{
    private readonly ReplicaStore store = new(CommitLogSync.Periodic);

    public SingleReplica(params string[] statements)
    {
        Run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        foreach (string statement in statements)
        {
            Run(statement);
        }
    }

    public SchemaState Schema { get; private set; } = SchemaState.Initial;

    public string? Keyspace { get; set; }

    public long NowMicros { get; set; } = 1_700_000_000_000_000;

    public ServerProfile Profile { get; set; } = ServerProfile.Cassandra40;

    public PreparedStatement Prepare(string query) => StatementPreparer.Prepare(query, Keyspace, Schema);

    public Plan Bind(string query, params BoundValue[] values) => Bind(query, null, values);

    public Plan Bind(string query, long? clientTimestamp, params BoundValue[] values) =>
        Prepare(query).Bind(new BindContext(values, NowMicros, clientTimestamp, Profile));

    public RowSet Run(string query, params BoundValue[] values)
    {
        NowMicros++;
        switch (Bind(query, values))
        {
            case ReadPlan read:
                var found = read.Keys is { } keys
                    ? keys.Select(k => store.Read(read.Table.Id, k)).OfType<PartitionData>()
                    : store.Scan(read.Table.Id);
                return read.Rows.FromPartitions(found, NowMicros / 1_000_000);
            case MutationPlan write:
                foreach (var mutation in write.Mutations)
                {
                    store.Apply(mutation, TimeSpan.Zero);
                }

                break;
            case SchemaPlan schema:
                Schema = new SchemaChanger(["dc1", "dc2"], NowMicros).Apply(Schema, schema.Statement, schema.UsedKeyspace).Schema;
                break;
            case UsePlan use:
                Keyspace = use.Keyspace;
                break;
            case TruncatePlan truncate:
                store.Truncate(truncate.Table.Id);
                break;
            default:
                break;
        }

        return new RowSet([], []);
    }

    /// <summary>The rows as text: columns after spaces, rows after bars.</summary>
    public string Show(string query, params BoundValue[] values)
    {
        var result = Run(query, values);
        return string.Join(" | ", result.Rows.Select(
            row => string.Join(' ', row.Select((value, i) => Show(value, result.Columns[i].Type)))));
    }

    public static BoundValue Text(string text) => BoundValue.Of(CqlValue.Text(text));

    public static BoundValue Int(int number) => BoundValue.Of(CqlValue.Int(number));

    public static BoundValue Bigint(long number) => BoundValue.Of(CqlValue.Bigint(number));

    private static string Show(byte[]? value, CqlType type) => (value, type) switch
    {
        (null, _) => "null",
        (_, NativeType { Kind: NativeKind.Text }) => System.Text.Encoding.UTF8.GetString(value),
        (_, NativeType { Kind: NativeKind.Int or NativeKind.Bigint }) =>
            new System.Numerics.BigInteger(value, isBigEndian: true).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToHexStringLower(value),
    };
}
