using System.Net;
using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>Nodes as people name them: eqiad-1, its address, a data centre for all of its nodes, or `all`.</summary>
internal sealed class NodeNames(IReadOnlyList<NamedNode> nodes)
{
    public static NodeNames Of(LabCluster cluster) =>
        new([.. cluster.Nodes.Select(n => new NamedNode(n.Name, n.Datacenter, n.Address))]);

    public static IReadOnlyList<Node> Resolve(LabCluster cluster, IEnumerable<string> names)
    {
        var all = Of(cluster);
        var chosen = new SortedSet<int>();
        foreach (var name in names)
        {
            chosen.UnionWith(all.Find(name));
        }

        return [.. chosen.Select(i => cluster.Nodes[i])];
    }

    public bool HasDatacenter(string name) => nodes.Any(n => n.Datacenter == name);

    /// <exception cref="FaultRequestException">Nobody is called so.</exception>
    public IReadOnlyList<int> Find(string name)
    {
        var found = Enumerable.Range(0, nodes.Count).Where(i => name == "all" || nodes[i].Matches(name)).ToList();
        return found.Count > 0
            ? found
            : throw new FaultRequestException($"no node is called {name}; there are {string.Join(", ", nodes.Select(n => n.Name))}");
    }
}

internal sealed record NamedNode(string Name, string Datacenter, IPEndPoint Address)
{
    public bool Matches(string name) =>
        Name == name || Datacenter == name || Address.Address.ToString() == name || Address.ToString() == name;
}
