using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Statements through one given coordinator, once: no retry, no hedge, no waiting. For whoever examines coordinators or asks a
/// question that traffic does not ask. They are no evidence: health hears of them neither when they fail nor when they succeed.
/// </summary>
internal sealed class DirectRequests(CoreLock core, CqlClusterOptions options, CoordinatorTable table)
{
    private readonly List<DirectRequest> _out = [];
    private int _turn;

    /// <summary>Sends it; its task may be complete at once. Under the lock.</summary>
    public DirectRequest Begin(Coordinator coordinator, CqlStatement statement, int number, ICqlValues values, long? timestamp)
    {
        DirectRequest request = new(this, coordinator, statement, number, values, timestamp, options.CompleteInline);
        TimeSpan time = statement.Deadline is { } own && own < options.Deadline ? own : options.Deadline;
        _out.Add(request);
        request.Begin(core.Now + time);
        return request;
    }

    /// <summary>A coordinator in service for this key, a replica of it where there is one; null when there is none.</summary>
    public Coordinator? Pick(long token)
    {
        ReadOnlySpan<Coordinator> replicas = table.Replicas(table.Ring.SetOf(token));
        return InService(replicas) ?? InService(table.All);
    }

    /// <summary>Every few milliseconds.</summary>
    public void Tick()
    {
        for (int i = _out.Count - 1; i >= 0; i--)
        {
            if (core.Now >= _out[i].Until)
            {
                _out[i].GiveUp(CqlOutcome.DeadlineExceeded, "no answer in time");
            }
        }
    }

    /// <summary>Nothing will be answered any more.</summary>
    public void Close()
    {
        for (int i = _out.Count - 1; i >= 0; i--)
        {
            _out[i].GiveUp(CqlOutcome.Unavailable, "the client is closing");
        }
    }

    public void Over(DirectRequest request)
    {
        _out.Remove(request);
        core.Defer(request);
    }

    private Coordinator? InService(ReadOnlySpan<Coordinator> candidates)
    {
        int start = _turn++ & int.MaxValue; // in turn, without a draw that traffic would miss
        for (int i = 0; i < candidates.Length; i++)
        {
            Coordinator candidate = candidates[(int)(((uint)start + (uint)i) % (uint)candidates.Length)];
            if (candidate.HasRoom && candidate.State == CoordinatorState.Up)
            {
                return candidate;
            }
        }

        return null;
    }
}
