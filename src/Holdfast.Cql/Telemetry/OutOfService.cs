using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Health;

namespace Holdfast.Cql.Telemetry;

/// <summary>For a person: who was tried, and why each of them is not in service. Bounded, whatever names and peers there are.</summary>
internal sealed class OutOfService(CoordinatorTable table)
{
    /// <summary>Of what there may be many of, so many are told.</summary>
    public const int ToldMax = 8;

    private const int KeptMax = 64;

    private readonly SortedDictionary<string, string> _unreachable = new(StringComparer.Ordinal);

    private string? _emptyDataCenter;

    /// <summary>True when there is something to tell.</summary>
    public bool IsKnown => _emptyDataCenter is not null || _unreachable.Count > 0 || table.All.Length > 0;

    /// <summary>The cluster has no host where this client looks for coordinators, and so it will have none until one of the two changes. True when that is news.</summary>
    public bool NoHostIn(string local, string others)
    {
        bool isNews = _emptyDataCenter is null;
        _emptyDataCenter = $"no host of the cluster is in the local data centre '{local}'; there are: {others}";
        return isNews;
    }

    /// <summary>A host that is no coordinator yet, or a name, led nowhere.</summary>
    public void Add(string tried, string reason)
    {
        if (_unreachable.Count < KeptMax || _unreachable.ContainsKey(tried))
        {
            _unreachable[tried] = reason;
        }
    }

    /// <summary>Somebody has told the topology: contact points are not needed any more.</summary>
    public void Forget() => _unreachable.Clear();

    /// <summary>There are hosts in the local data centre.</summary>
    public void HostsFound() => _emptyDataCenter = null;

    public string Describe()
    {
        if (_emptyDataCenter is not null)
        {
            return _emptyDataCenter;
        }

        Dictionary<string, string> tried = [];
        foreach (Coordinator coordinator in table.All)
        {
            if (coordinator.State != CoordinatorState.Up)
            {
                tried[ClusterTelemetry.Name(coordinator)] = coordinator.LastTrouble ?? coordinator.State switch
                {
                    CoordinatorState.Connecting or CoordinatorState.Down => "not connected yet",
                    CoordinatorState.Probation => "connected, has not proved a quorum yet",
                    CoordinatorState.Draining => "drained by an operator",
                    _ => "ejected",
                };
            }
        }

        foreach ((string name, string reason) in _unreachable)
        {
            tried.TryAdd(name, reason);
        }

        int more = tried.Count - ToldMax;
        return tried.Count == 0
            ? "nobody has been tried yet"
            : string.Join(", ", tried.Take(ToldMax).Select(pair => $"{pair.Key} ({pair.Value})")) + (more > 0 ? $" and {more} more" : "");
    }
}
