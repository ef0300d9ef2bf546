using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>What follows WITH at a keyspace; null for what was not said.</summary>
internal sealed record KeyspaceOptions(ReplicationParameters? Replication, bool? DurableWrites)
{
    public static KeyspaceOptions Read(
        Sequence<OptionSyntax> options, string keyspace, IReadOnlyCollection<string> datacenters)
    {
        KeyspaceOptions read = new(null, null);
        foreach (var option in options)
        {
            read = option switch
            {
                { Name: "replication", Map: { } map } =>
                    read with { Replication = ReplicationParameters.Parse(map, keyspace, datacenters) },
                { Name: "replication" } =>
                    throw CqlException.Syntax("Invalid value for property 'replication'. It should be a map."),
                { Name: "durable_writes", Text: { } text } => read with { DurableWrites = OptionReader.Boolean(option.Name, text) },
                _ => throw CqlException.Syntax($"Unknown property '{option.Name}'"),
            };
        }

        return read;
    }
}
