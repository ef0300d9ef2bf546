using Holdfast.Cql.Health;

namespace Holdfast.Cql.Tests.Health;

/// <summary>A few coordinators and a clock of their own: what every test of health begins with.</summary>
internal sealed class HealthScene
{
    public static readonly HostId A = Host(1);
    public static readonly HostId B = Host(2);
    public static readonly HostId C = Host(3);

    public HealthScene(HealthOptions? options = null, int coordinators = 3)
    {
        Health = new ClusterHealth(options ?? new HealthOptions(), new Random(1));
        for (int i = 1; i <= coordinators; i++)
        {
            Health.Add(Host(i), atStart: true, Now);
            Health.ConnectBegan(Host(i), Now);
            Health.Connected(Host(i), Now);
            Health.ProbeRoundPassed(Host(i), Now);
        }

        Drain();
        Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>How long an attempt may take.</summary>
    public static TimeSpan AttemptTimeout { get; } = TimeSpan.FromSeconds(0.6);

    public ClusterHealth Health { get; }

    public TimeSpan Now { get; private set; }

    public static HostId Host(int i) => new(new Guid(i, 0, 0, new byte[8]));

    public static ReplicaSetId Set(int i) => new(i);

    public void Advance(TimeSpan by) => Now += by;

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Every other coordinator serves a request now.</summary>
    public void OthersServe(HostId but)
    {
        foreach (HostId other in Health.Coordinators.Where(id => id != but))
        {
            Health.Succeeded(other, Set(0), TimeSpan.FromMilliseconds(1), Now);
        }
    }

    /// <summary>A request fails at <paramref name="at"/> and then succeeds at <paramref name="by"/>.</summary>
    public void Contradict(
        HostId at, HostId by, FailureKind kind, ConsistencyLevel level = ConsistencyLevel.LocalQuorum, int set = 0)
    {
        Health.Failed(at, level, Set(set), kind, Now);
        Health.Succeeded(by, Set(set), TimeSpan.FromMilliseconds(1), Now);
        Health.Contradicted(new Contradiction(at, by, level, Set(set), kind, 2, 1, Now - (kind == FailureKind.AttemptTimeout ? AttemptTimeout : default)), Now);
    }

    public void EjectA()
    {
        Contradict(A, B, FailureKind.Unavailable);
        Contradict(A, C, FailureKind.Unavailable);
    }

    public List<HealthTransition> Drain()
    {
        List<HealthTransition> all = [];
        while (Health.TryDequeue(out HealthTransition transition))
        {
            all.Add(transition);
        }

        return all;
    }
}
