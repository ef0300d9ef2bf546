using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>
/// This folder: the clients' side of a node. One of these for each process: its connections and its prepared statements,
/// which go with it.
/// </summary>
internal sealed class ClientServer
{
    private const int PreparedMax = 10_000;

    private readonly NodeProcess process;
    private readonly List<ClientConnection> connections = [];
    private readonly Dictionary<string, PreparedStatement> prepared = new(StringComparer.Ordinal); // by id alone
    private readonly Queue<string> oldest = new();
    private long lastTimestamp;

    public ClientServer(NodeProcess process, ClusterOptions options, Randomness randomness)
    {
        this.process = process;
        Options = options;
        Randomness = randomness;
        Executor = new PlanExecutor(process);
        Traces = new TraceWriter(process, this);
        process.Events.Raised += Tell;
    }

    public ClusterOptions Options { get; }

    public Randomness Randomness { get; }

    public PlanExecutor Executor { get; }

    public TraceWriter Traces { get; }

    public NodeProcess Process => process;

    public int Connections => connections.Count;

    public IEnumerable<ClientIdentity> Identities => connections.Select(c => c.Identity);

    /// <summary>Null when the node takes no clients: the channel is to be reset.</summary>
    public ClientConnection? Accept(IClientChannel channel)
    {
        if (!process.IsOpen || connections.Count >= Options.ConnectionsMax)
        {
            return null;
        }

        var connection = new ClientConnection(this, channel);
        connections.Add(connection);
        return connection;
    }

    public void Forget(ClientConnection connection) => connections.Remove(connection);

    public void End(Ending ending)
    {
        foreach (var connection in connections.ToList())
        {
            connection.End(ending);
        }
    }

    /// <summary>The node answers again after it had been half-open.</summary>
    public void ResetSwallowed()
    {
        foreach (var connection in connections.ToList())
        {
            connection.ResetIfSwallowed();
        }
    }

    public void Keep(PreparedStatement statement)
    {
        var id = Convert.ToHexStringLower(statement.Id);
        if (prepared.TryAdd(id, statement))
        {
            oldest.Enqueue(id);
            if (prepared.Count > PreparedMax)
            {
                prepared.Remove(oldest.Dequeue());
            }
        }
        else
        {
            prepared[id] = statement;
        }
    }

    /// <summary>Null when it is not known here, or its table changed since.</summary>
    public PreparedStatement? Find(byte[] id)
    {
        if (!prepared.TryGetValue(Convert.ToHexStringLower(id), out var statement))
        {
            return null;
        }

        var isStale = statement.Table is { } table
            && !ReferenceEquals(process.Schema.Current.FindTable(table.Keyspace, table.Name), table);
        return isStale ? null : statement;
    }

    /// <summary>For writes whose client gave none: this node's clock, never the same twice.</summary>
    public long NextTimestamp() =>
        lastTimestamp = Math.Max(lastTimestamp + 1, (process.Node.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>A version 1 UUID, as Cassandra gives a traced request.</summary>
    public Guid NextTraceId() => new(TimeUuid.Of(NextTimestamp() * 10, process.Node.Index), bigEndian: true);

    private void Tell(ClientEvent what)
    {
        // Telling a client may reset it.
        foreach (var connection in connections.ToList())
        {
            connection.Tell(what);
        }
    }
}
