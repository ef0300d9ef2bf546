using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Lab.Workload;

/// <summary>
/// The nodes of one data centre, in turn. One of the connections is the control connection: its node's word alone says who is up
/// and who is down, and is asked now and then whether the schema is agreed on.
/// </summary>
internal sealed class HostPool : Host.IPool
{
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReconnectDownedEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SchemaEvery = TimeSpan.FromSeconds(5);

    // gocql takes 4.0 for older than 2.2, and waits before it uses a node that it was told is up.
    private static readonly TimeSpan NodeUpDelay = TimeSpan.FromSeconds(10);

    private readonly Scheduler scheduler;
    private readonly Action<string> tell;
    private readonly List<Host> hosts;
    private readonly SortedDictionary<int, string> said = [];
    private NodeConnection? control;
    private int turn;
    private int schemaVersions = 1;

    public HostPool(MemoryNetwork network, IEnumerable<Node> nodes, Credentials credentials, TimeSpan timeout, Action<string> tell)
    {
        scheduler = network.Scheduler;
        this.tell = tell;
        hosts = [.. nodes.Select(n => new Host(network, n, credentials, timeout, this))];
        hosts.ForEach(h => said[h.Node.Index] = "connected");
        hosts.ForEach(h => h.Fill());
        scheduler.After(ReconnectDownedEvery, ReconnectDowned);
        scheduler.After(SchemaEvery, LookAtSchema);
    }

    /// <summary>The next node that can be asked; null when none can.</summary>
    public Host? Next()
    {
        for (var i = 0; i < hosts.Count; i++)
        {
            if (hosts[turn++ % hosts.Count] is { Ready: not null, IsDown: false } host)
            {
                return host;
            }
        }

        return null;
    }

    void Host.IPool.Changed(Host host, string how)
    {
        if (said[host.Node.Index] != how)
        {
            said[host.Node.Index] = how;
            tell($"{host.Node.Name}: {how}");
        }

        if (control is not { IsReady: true })
        {
            control = hosts.Find(h => h.Ready is not null)?.Ready;
            control?.Ask(Opcode.Register, ClientRequests.Register("STATUS_CHANGE", "TOPOLOGY_CHANGE", "SCHEMA_CHANGE"), _ => { });
        }
    }

    void Host.IPool.Told(Host host, ClientAnswer happened)
    {
        if (host.Ready != control || happened.ReadStatusEvent() is not var (change, address)
            || hosts.Find(h => h.Node.Address.Equals(address)) is not { } about)
        {
            return;
        }

        if (change == "UP")
        {
            scheduler.After(Debounce + NodeUpDelay, about.Fill);
        }
        else
        {
            scheduler.After(Debounce, about.MarkDown);
        }
    }

    private void ReconnectDowned()
    {
        scheduler.After(ReconnectDownedEvery, ReconnectDowned);
        foreach (var host in hosts.Where(h => h.IsDown))
        {
            host.Fill();
        }
    }

    private void LookAtSchema()
    {
        scheduler.After(SchemaEvery, LookAtSchema);
        if (control is not { IsReady: true } asked)
        {
            return;
        }

        Versions("system.local", own => Versions("system.peers", peers =>
        {
            var count = own.Concat(peers).Distinct(StringComparer.Ordinal).Count();
            if (count != schemaVersions)
            {
                schemaVersions = count;
                tell(count == 1 ? "the schema is agreed on" : $"{asked.Node.Name} tells {count} versions of the schema");
            }
        }));

        void Versions(string table, Action<IEnumerable<string>> got) => asked.Ask(
            Opcode.Query,
            ClientRequests.Query($"SELECT schema_version FROM {table}", ConsistencyLevel.One),
            answer =>
            {
                if (answer.Error is null)
                {
                    got(answer.ReadColumn().OfType<byte[]>().Select(Convert.ToHexString));
                }
            });
    }
}
