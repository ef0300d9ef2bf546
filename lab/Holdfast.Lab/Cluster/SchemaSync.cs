using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// One process's schema and how it agrees with its peers': a change is pushed to whoever it sees alive; a peer whose gossip
/// tells another version is asked. The later change wins as a whole.
/// </summary>
internal sealed class SchemaSync
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly NodeProcess process;

    public SchemaSync(NodeProcess process)
    {
        this.process = process;
        process.Life.After(LookEvery, Look);
    }

    public SchemaState Current => process.Node.Disk.Schema.State;

    public static Replication ToTopology(ReplicationParameters parameters, int nodes) => parameters.Strategy switch
    {
        ReplicationStrategy.Simple => Replication.Simple(parameters.Factors[""]),
        ReplicationStrategy.NetworkTopology => Replication.Network(parameters.Factors),
        _ => Replication.Simple(Math.Max(1, nodes)),
    };

    public static string Name(SchemaChangeKind kind) => kind switch
    {
        SchemaChangeKind.Created => "CREATED",
        SchemaChangeKind.Updated => "UPDATED",
        _ => "DROPPED",
    };

    /// <summary>How long after a delete its table may forget it; Cassandra's default for a table that is not known.</summary>
    public TimeSpan GraceOf(Guid table) => TimeSpan.FromSeconds(Current.Keyspaces
        .SelectMany(k => k.Tables.Values).FirstOrDefault(t => t.Id == table)?.Parameters.GcGraceSeconds ?? TableParameters.Default.GcGraceSeconds);

    /// <summary>Null when there was nothing to change.</summary>
    public SchemaChange? Apply(Statement statement, string? usedKeyspace)
    {
        var micros = process.Clients.NextTimestamp();
        var changed = new SchemaChanger([.. process.Ring.Current.Datacenters], micros).Apply(Current, statement, usedKeyspace);
        if (changed.Change is { } change)
        {
            Adopt(new VersionedSchema(changed.Schema, micros, process.Node.Index));
            foreach (var (node, peer) in process.Gossiper.Peers)
            {
                if (peer.Alive)
                {
                    process.Send(node, new SchemaPush(process.Node.Disk.Schema));
                }
            }
        }

        return changed.Change;
    }

    public void Handle(int from, InternodeMessage message)
    {
        if (message is SchemaPull)
        {
            process.Send(from, new SchemaPush(process.Node.Disk.Schema));
        }
        else if (message is SchemaPush push && !Disagrees && push.Schema.IsLaterThan(process.Node.Disk.Schema))
        {
            Adopt(push.Schema);
        }
    }

    public void PeerChanged(int node, EndpointInfo info)
    {
        if (info.SchemaVersion != Guid.Empty && info.SchemaVersion != Current.Version && !Disagrees && process.Gossiper.IsAlive(node))
        {
            process.Send(node, new SchemaPull());
        }
    }

    private bool Disagrees => process.Node.Troubles.Any(t => t.DisagreesOnSchema);

    /// <summary>Tells its version in gossip, and asks those who tell another one.</summary>
    private void Look()
    {
        process.Life.After(LookEvery, Look);
        var told = Disagrees ? NameUuid.Of($"{process.Node.Index} disagrees with {Current.Version}") : Current.Version;
        if (process.Gossiper.Self.Info.SchemaVersion != told)
        {
            process.Gossiper.Update(process.Gossiper.Self.Info with { SchemaVersion = told });
        }

        foreach (var (node, peer) in process.Gossiper.Peers)
        {
            PeerChanged(node, peer.Info);
        }
    }

    private void Adopt(VersionedSchema schema)
    {
        var before = Current;
        process.Node.Disk.Schema = schema;
        if (!Disagrees)
        {
            process.Gossiper.Update(process.Gossiper.Self.Info with { SchemaVersion = Current.Version });
        }

        foreach (var change in SchemaDifference.Between(before, Current))
        {
            process.Events.SchemaChanged(change);
        }

        foreach (var dropped in SchemaDifference.DroppedTables(before, Current))
        {
            process.Node.Disk.Store.Drop(dropped);
        }
    }
}

/// <summary>A schema and when it was made: of two, the later one is taken.</summary>
internal sealed record VersionedSchema(SchemaState State, long Micros, int Node)
{
    public static VersionedSchema Initial { get; } = new(SchemaState.Initial, 0, 0);

    public bool IsLaterThan(VersionedSchema other) => (Micros, Node).CompareTo((other.Micros, other.Node)) > 0;
}

internal sealed record SchemaPush(VersionedSchema Schema) : InternodeMessage
{
    public override Verb Verb => Verb.SchemaPush;
}

internal sealed record SchemaPull : InternodeMessage
{
    public override Verb Verb => Verb.SchemaPull;
}
