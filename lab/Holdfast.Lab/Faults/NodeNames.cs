using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>Nodes as people name them: eqiad-1, its address, a data centre for all of its nodes, or `all`.</summary>
internal static class NodeNames
{
    public static IReadOnlyList<Node> Resolve(LabCluster cluster, IEnumerable<string> names)
    {
        var chosen = new SortedDictionary<int, Node>();
        foreach (var name in names)
        {
            var found = cluster.Nodes.Where(n => name == "all" || Matches(n, name)).ToList();
            if (found.Count == 0)
            {
                throw new FaultRequestException(
                    $"no node is called {name}; there are {string.Join(", ", cluster.Nodes.Select(n => n.Name))}");
            }

            foreach (var node in found)
            {
                chosen[node.Index] = node;
            }
        }

        return [.. chosen.Values];
    }

    private static bool Matches(Node node, string name) =>
        node.Name == name || node.Datacenter == name || node.Address.Address.ToString() == name || node.Address.ToString() == name;
}
