using System.Reflection;
using System.Runtime.CompilerServices;
using Holdfast.Lab.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Simulation;

/// <summary>Decision 0055: what happens in a node happens in the order of one queue, or a seed would not replay.</summary>
public sealed class SynchronousTests
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly string[] Handlers = ["Protocol", "Cql", "Storage", "Cluster", "Faults", "Workload", "Scenarios", "Transport.Memory"];

    [Fact]
    public void Nothing_within_a_node_waits_or_shares_with_threads()
    {
        var types = typeof(LabCluster).Assembly.GetTypes()
            .Where(t => Array.Exists(Handlers, h => t.Namespace == $"Holdfast.Lab.{h}" || t.Namespace?.StartsWith($"Holdfast.Lab.{h}.", StringComparison.Ordinal) == true))
            .ToList();
        Assert.InRange(types.Count, 200, 5_000);
        Assert.DoesNotContain(types.SelectMany(t => t.GetMethods(All)), m => m.IsDefined(typeof(AsyncStateMachineAttribute)));
        Assert.DoesNotContain(types.SelectMany(t => t.GetFields(All)), f => f.FieldType.Namespace is "System.Threading" or "System.Threading.Tasks"
            or "System.Threading.Channels" or "System.Timers" or "System.Collections.Concurrent");
    }
}
