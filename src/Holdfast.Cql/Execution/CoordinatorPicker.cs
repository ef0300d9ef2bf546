using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Who is asked next: replicas of the key that are Up, then others that are Up, then, when nobody Up is left, one coordinator
/// after another in Probation and then Ejected. The work does not grow with the number of coordinators.
/// </summary>
internal sealed class CoordinatorPicker(CoreLock core, CoordinatorTable table, Random random, bool protection, bool lastResort)
{
    /// <summary>Coordinators looked at for one choice beyond the replicas.</summary>
    private const int SampleMax = 8;

    private int _roundRobin;

    /// <summary>Anybody who may be asked, the best first; null when everybody was.</summary>
    public Coordinator? Pick(Operation operation)
    {
        if (!protection)
        {
            return InTurn(operation);
        }

        if (operation.Preferred is { HasRoom: true, State: not CoordinatorState.Draining } preferred && !operation.WasTried(preferred)
            && (lastResort || preferred.State == CoordinatorState.Up))
        {
            return preferred;
        }

        return Healthy(operation) ?? (lastResort ? LastResort(operation) : null);
    }

    /// <summary>True while somebody who takes traffic, and has not been asked, could serve it but for the requests that it has already.</summary>
    public bool IsSomebodyFull(Operation operation)
    {
        foreach (Coordinator candidate in table.All)
        {
            if (candidate.Weight > 0 && candidate.IsFull && !operation.WasTried(candidate))
            {
                return true;
            }
        }

        return false;
    }

    private Coordinator? LastResort(Operation operation) =>
        LastResort(operation, CoordinatorState.Probation)
            ?? LastResort(operation, CoordinatorState.Ejected);

    /// <summary>Somebody who takes traffic, and has not been asked.</summary>
    public Coordinator? Healthy(Operation operation) =>
        operation.Statement.Consistency.IsLocal() || table.Health.Observe
            ? Healthy(operation, TimeSpan.MaxValue)
            : Healthy(operation, core.Now) ?? Healthy(operation, TimeSpan.MaxValue);

    /// <param name="operation">Whose.</param>
    /// <param name="unlessAfter">Leaves out who is to be asked last beyond this moment.</param>
    private Coordinator? Healthy(Operation operation, TimeSpan unlessAfter) =>
        Among(table.Replicas(operation.Set), operation, 0, unlessAfter) ?? Sampled(operation, unlessAfter);

    private Coordinator? Sampled(Operation operation, TimeSpan unlessAfter)
    {
        Coordinator[] all = table.All;
        return all.Length == 0 ? null : Among(all, operation, random.Next(all.Length), unlessAfter);
    }

    private Coordinator? Among(ReadOnlySpan<Coordinator> candidates, Operation operation, int start, TimeSpan unlessAfter)
    {
        Span<CoordinatorLoad> loads = stackalloc CoordinatorLoad[SampleMax];
        Span<int> indices = stackalloc int[SampleMax];
        int count = 0;
        for (int i = 0; i < candidates.Length && count < SampleMax; i++)
        {
            int index = start + i < candidates.Length ? start + i : start + i - candidates.Length;
            Coordinator candidate = candidates[index];
            if (candidate.Weight > 0 && candidate.HasRoom && candidate.AskedLastUntil <= unlessAfter && !operation.WasTried(candidate))
            {
                indices[count] = index;
                loads[count++] = candidate.Load;
            }
        }

        return count == 0 ? null : candidates[indices[CoordinatorChoice.Pick(loads[..count], random)]];
    }

    private Coordinator? LastResort(Operation operation, CoordinatorState state)
    {
        Coordinator[] all = table.All;
        int start = all.Length == 0 ? 0 : random.Next(all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            Coordinator candidate = all[(start + i) % all.Length];
            if (candidate.State == state && candidate.HasRoom && !operation.WasTried(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>One after another, whoever is connected: the habit of a client without protection.</summary>
    private Coordinator? InTurn(Operation operation)
    {
        Coordinator[] all = table.All;
        for (int i = 0; i < all.Length; i++)
        {
            Coordinator candidate = all[(_roundRobin++ & int.MaxValue) % all.Length];
            if (candidate.HasRoom && !operation.WasTried(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
