using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>The faults of one cluster: applies them, remembers those that last, heals them by number or when their time is up.</summary>
internal sealed class FaultBoard(LabCluster cluster)
{
    private readonly SortedDictionary<int, ActiveFault> active = [];
    private int lastId;

    public event Action<ActiveFault>? Applied;

    public event Action<ActiveFault>? Healed;

    public IEnumerable<ActiveFault> Active => active.Values;

    public ActiveFault Apply(string kind, IEnumerable<string> nodes, params (string Name, string Value)[] arguments) =>
        Apply(new FaultRequest(kind, [.. nodes], arguments.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal)));

    public ActiveFault Apply(FaultRequest request)
    {
        var kind = FaultCheck.Check(request, NodeNames.Of(cluster));
        var arguments = new FaultArguments(kind, request.Arguments);
        var nodes = NodeNames.Resolve(cluster, request.Nodes);
        var target = new FaultTarget(cluster, nodes, arguments);
        var heal = kind.Apply(target);
        var fault = new ActiveFault(++lastId, request, nodes, cluster.Scheduler.Now, heal);
        cluster.Trace($"fault {kind.Name}", fault.Id, nodes.Count > 0 ? nodes[0].Index : -1);
        active[fault.Id] = fault;
        Applied?.Invoke(fault);
        if (ReferenceEquals(heal, FaultKind.NothingToHeal))
        {
            active.Remove(fault.Id);
        }
        else if (arguments.Lasts() is { } after)
        {
            cluster.Scheduler.After(after, () => Heal(fault.Id));
        }

        return fault;
    }

    /// <summary>False when there is no such fault any more.</summary>
    public bool Heal(int id)
    {
        if (!active.Remove(id, out var fault))
        {
            return false;
        }

        cluster.Trace("heal", id);
        fault.Heal();
        cluster.Trace("healed", id);
        Healed?.Invoke(fault);
        return true;
    }

    public void HealAll()
    {
        foreach (var id in active.Keys.ToList())
        {
            Heal(id);
        }
    }
}

/// <summary>A fault that lasts.</summary>
internal sealed record ActiveFault(int Id, FaultRequest Request, IReadOnlyList<Node> Nodes, TimeSpan Since, Action Heal);
