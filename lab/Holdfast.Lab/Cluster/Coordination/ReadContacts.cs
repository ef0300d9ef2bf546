using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// Which replicas a read asks: as many as it needs and no more, the coordinator itself first, then its data centre. The first
/// gives the data; one more is held ready for when they are slow, which is why a killed node's neighbours fail nothing.
/// </summary>
internal static class ReadContacts
{
    public static ContactPlan Choose(
        ConsistencyLevel level,
        Replication replication,
        IReadOnlyList<int> alive,
        int self,
        string localDatacenter,
        Func<int, string> datacenterOf,
        int blockFor,
        Randomness randomness)
    {
        var near = new List<int>();
        var far = new List<int>();
        foreach (var node in alive)
        {
            (datacenterOf(node) == localDatacenter ? near : far).Add(node);
        }

        Rotate(near, randomness);
        Rotate(far, randomness);
        if (near.Remove(self))
        {
            near.Insert(0, self);
        }

        if (level.CountsEachDatacenter(replication))
        {
            return new ContactPlan([.. replication.Factors
                .OrderByDescending(f => f.Datacenter == localDatacenter)
                .SelectMany(f => (f.Datacenter == localDatacenter ? near : far)
                    .Where(n => datacenterOf(n) == f.Datacenter).Take(ConsistencyRules.Quorum(f.Factor)))], null);
        }

        var candidates = level.IsLocal() && !replication.IsSimple ? near : [.. near, .. far];
        return new ContactPlan([.. candidates.Take(blockFor)], candidates.Count > blockFor ? candidates[blockFor] : null);
    }

    private static void Rotate(List<int> nodes, Randomness randomness)
    {
        if (nodes.Count > 1)
        {
            var by = randomness.Next(nodes.Count);
            var head = nodes.GetRange(0, by);
            nodes.RemoveRange(0, by);
            nodes.AddRange(head);
        }
    }
}

/// <param name="Contacts">Those asked at once; the first for data.</param>
/// <param name="Spare">The one asked when they are slow.</param>
internal sealed record ContactPlan(IReadOnlyList<int> Contacts, int? Spare);
