using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Lab.Simulation;

namespace Holdfast.Simulation.Tests.Sites;

/// <summary>
/// Looks at every coordinator of one instance ten times a second: how many attempts each one served and failed, and in what state it was.
/// </summary>
internal sealed class TrafficRecorder
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly Scheduler _scheduler;
    private readonly CqlCluster _instance;
    private readonly List<(TimeSpan At, IReadOnlyList<CoordinatorStatus> Coordinators)> _samples = [];

    public TrafficRecorder(Scheduler scheduler, CqlCluster instance)
    {
        _scheduler = scheduler;
        _instance = instance;
        Sample();
    }

    /// <summary>Attempts that each coordinator served from the moment on, by its address.</summary>
    public IReadOnlyDictionary<string, long> ServedSince(TimeSpan moment) => Since(moment, coordinator => coordinator.Served);

    /// <summary>Attempts that each coordinator failed from the moment on, by its address.</summary>
    public IReadOnlyDictionary<string, long> FailedSince(TimeSpan moment) => Since(moment, coordinator => coordinator.Failed);

    /// <summary>
    /// From the first failed attempt at the coordinator after the moment until the last one before the end: how long
    /// requests went on being sent to it in vain. Null when none failed.
    /// </summary>
    public TimeSpan? Exposure(string address, TimeSpan since, TimeSpan until)
    {
        TimeSpan? first = null;
        TimeSpan last = default;
        long? before = null;
        foreach ((TimeSpan at, IReadOnlyList<CoordinatorStatus> coordinators) in _samples)
        {
            if (coordinators.FirstOrDefault(c => c.Address == address) is not { } status)
            {
                continue;
            }

            if (before is { } failed && status.Failed > failed && at > since && at <= until)
            {
                first ??= at;
                last = at;
            }

            before = status.Failed;
        }

        return first is { } began ? last - began : null;
    }

    /// <summary>The states a coordinator was in, each once, in order.</summary>
    public IReadOnlyList<(TimeSpan At, CoordinatorState State)> States(string address)
    {
        List<(TimeSpan, CoordinatorState State)> states = [];
        foreach ((TimeSpan at, IReadOnlyList<CoordinatorStatus> coordinators) in _samples)
        {
            if (coordinators.FirstOrDefault(c => c.Address == address) is { } status && (states.Count == 0 || states[^1].State != status.State))
            {
                states.Add((at, status.State));
            }
        }

        return states;
    }

    /// <summary>Some coordinator was out of service at some moment since.</summary>
    public bool EverLeft(TimeSpan since) =>
        _samples.Exists(sample => sample.At > since && sample.Coordinators.Any(c => c.State != CoordinatorState.Up));

    /// <summary>Health took the last coordinators in service out of it, at some moment.</summary>
    public bool LastOneWasEjected()
    {
        for (int i = 1; i < _samples.Count; i++)
        {
            Dictionary<HostId, CoordinatorState> now = _samples[i].Coordinators.ToDictionary(c => c.Host, c => c.State);
            List<CoordinatorStatus> served = [.. _samples[i - 1].Coordinators.Where(c => c.State == CoordinatorState.Up)];
            if (served.Count > 0 && !now.ContainsValue(CoordinatorState.Up)
                && served.TrueForAll(c => now.GetValueOrDefault(c.Host) == CoordinatorState.Ejected))
            {
                return true;
            }
        }

        return false;
    }

    private Dictionary<string, long> Since(TimeSpan moment, Func<CoordinatorStatus, long> count)
    {
        int index = Math.Max(0, _samples.FindLastIndex(sample => sample.At <= moment));
        Dictionary<HostId, long> before = _samples[index].Coordinators.ToDictionary(c => c.Host, count);
        return _samples[^1].Coordinators
            .GroupBy(c => c.Address, c => count(c) - before.GetValueOrDefault(c.Host))
            .ToDictionary(group => group.Key, group => group.Sum());
    }

    private void Sample()
    {
        _samples.Add((_scheduler.Now, _instance.Coordinators()));
        _scheduler.After(Every, Sample);
    }
}
