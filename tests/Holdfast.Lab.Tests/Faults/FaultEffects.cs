using Holdfast.Lab.Cluster;
using static Holdfast.Lab.Tests.Faults.FaultRig;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>For each kind of fault: how it is asked for, and what is to be seen while it lasts and no more once it has healed.</summary>
internal static class FaultEffects
{
    private static readonly SortedDictionary<string, FaultEffect> All = new(StringComparer.Ordinal)
    {
        ["stop"] = new("eqiad-1", "", r => r[r.X].Process is null && !r.Sees(Other, r.X)),
        ["kill"] = new("eqiad-1", "", r => r[r.X].Process is null && r.Sees(Other, r.X)),
        ["power-loss"] = new("eqiad-1", "", r => r[r.X].Process is null && r[r.X].IsWithoutPower),
        ["start"] = new("eqiad-1", "", r => r[r.X].Process is not null) { Before = r => r.Cluster.Nodes.Take(2).ToList().ForEach(n => n.End(Ending.Killed)), Stays = true },
        ["reboot"] = new("eqiad-1", "down=5s", r => r[r.X].Process is not { IsOpen: true } && !r[r.X].IsWithoutPower),
        ["reboot-hard"] = new("eqiad-1", "down=5s", r => r[r.X].Process is not { IsOpen: true } && (r[r.X].IsWithoutPower || r[r.X].Process is not null)),
        ["pause"] = new("eqiad-1", "", r => r[r.X].State == NodeState.Paused && r.Read() is { Code: null, Ended: null }),
        ["rejoin-blind"] = new("eqiad-1", "down=5s peers=eqiad", r =>
            r[r.X].Process is { IsOpen: true } && r.Read().Code == 0x1000 && r.Sees(Other, r.X) && r.Sees(r.X, Far)),
        ["reimage"] = new("eqiad-1", "down=5s", r => r[r.X].Disk.HostId != r.FirstHostId) { Stays = true },
        ["gossip-off"] = new("eqiad-1", "", r => !r.Sees(Other, r.X) && r.Read().Succeeded),
        ["cut-in"] = new("eqiad-1", "", r => (r.Loss(Other, r.X), r.Loss(r.X, Other)) == (1, 0) && r.Write().Code == 0x1100),
        ["cut-out"] = new("eqiad-1", "", r => (r.Loss(Other, r.X), r.Loss(r.X, Other)) == (0, 1) && r.Write().Code == 0x1100),
        ["cut"] = new("eqiad-1", "", r => (r.Loss(Other, r.X), r.Loss(r.X, Other)) == (1, 1) && r.Write().Code == 0x1100),
        ["blind-to"] = new("eqiad-1", "peers=codfw-1", r => (r.Loss(Far, r.X), r.Loss(Other, r.X)) == (1, 0) && r.Write(5).Code == 0x1100),
        ["loss"] = new("eqiad-1", "share=30%", r => (r.Loss(Other, r.X), r.Loss(r.X, Other)) == (0.3, 0.3)),
        ["latency"] = new("eqiad-1", "by=100ms", r => r.Write().After >= TimeSpan.FromMilliseconds(200)),
        ["cut-dc"] = new("codfw", "", r => (r.Loss(r.X, Far), r.Loss(Far, r.X), r.Loss(r.X, Other)) == (1, 1, 0)),
        ["fail-dc-link"] = new("eqiad", "over=2s", r => r.Loss(r.X, Far) == 1 && r.Loss(r.X, Other) == 0),
        ["slow"] = new("eqiad-1", "floor=80ms tail=0s", r => r.Read() is { Succeeded: true } answer && answer.After >= TimeSpan.FromMilliseconds(80)),
        ["overloaded"] = new("eqiad-1", "", r => r.Read().Code == 0x1001),
        ["bootstrapping"] = new("eqiad-1", "", r => r.Read().Code == 0x1002 && r.Write().Succeeded),
        ["failing"] = new("eqiad-1", "kind=write-timeout", r => r.Write().Code == 0x1100 && r.Write().After < TimeSpan.FromSeconds(1)),
        ["half-open"] = new("eqiad-1", "", r => r.Connected() is { Ended: null, Frames.Count: 0 }),
        ["reset"] = new("eqiad-1", "share=100%", r => r.Connected() is { Ended: "reset" }),
        ["late"] = new("eqiad-1", "by=300ms", r => r.Connected() is { Ended: null, Frames.Count: 0 }),
        ["corrupt"] = new("eqiad-1", "share=100%", r => r.Connected(version: 5) is { WasCorrupted: true }),
        ["truncate"] = new("eqiad-1", "share=100%", r => r.Connected() is { Ended: "closed", Unfinished.Count: > 0 }),
        ["unprepared"] = new("eqiad-1", "", r => r.Read(executes: true).Code == 0x2500),
        ["refuse-auth"] = new("eqiad-1", "", r => r.Connected()?.Frames is [_, { IsError: true, Code: 0x0100 }]),
        ["schema-disagreement"] = new("eqiad-1", "", r => r[Other].Process!.Gossiper.Peers[r.X].Info.SchemaVersion != r[Other].Disk.Schema.State.Version),
        ["disk-full"] = new("eqiad-1", "", r => r.Write(5).Code == 0x1500 && r.Read().Succeeded),
        ["clock-skew"] = new("eqiad-1", "by=-2s", r => r[r.X].UtcNow - r[Other].UtcNow == TimeSpan.FromSeconds(-2)),
        ["compact"] = new("eqiad-1", "", r => r[r.X].Disk.Store.PartitionCount == 0) { Before = DeleteForgettably, Stays = true },
        ["range-down"] = new("eqiad-1", "", r => r.Cluster.Nodes.Count(n => n.Process is null) == 3),
        ["add-node"] = new("", "dc=codfw", r => r.Cluster.Nodes is [_, _, _, _, { Name: "codfw-2", Process.IsOpen: true }]) { Stays = true },
        ["remove-node"] = new("eqiad-1", "", r => r[r.X].Process is null && r[Other].Process!.Ring.Current.Members.All(m => m.Node != r.X)) { Stays = true },
    };

    public static IEnumerable<string> Kinds => All.Keys;

    public static FaultEffect Of(string kind, int nodes) => nodes == 1 ? All[kind] : All[kind].OnTwo();

    private static void DeleteForgettably(FaultRig rig)
    {
        rig.Ask("CREATE TABLE kask.gone (key text PRIMARY KEY, value blob) WITH gc_grace_seconds = 1");
        rig.Run(1);
        rig.Ask("DELETE FROM kask.gone WHERE key = 'a'", 5);
        rig.Run(3);
    }
}

/// <param name="Nodes">Whom it hits, as it is typed.</param>
/// <param name="Arguments">As they are typed.</param>
/// <param name="Shows">Whether the fault is there, at the node that is looked at.</param>
internal sealed record FaultEffect(string Nodes, string Arguments, Func<FaultRig, bool> Shows)
{
    /// <summary>The nodes to look at while it hits <see cref="Nodes"/>.</summary>
    public IReadOnlyList<int> Broken { get; private init; } = [0];

    public Action<FaultRig> Before { get; init; } = _ => { };

    /// <summary>What it did is for good.</summary>
    public bool Stays { get; init; }

    /// <summary>Nodes and arguments.</summary>
    public IReadOnlyList<string> Words => $"{Nodes} {Arguments}".Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public FaultEffect OnTwo() => this with { Nodes = "eqiad-1 eqiad-2", Broken = [0, 1] };

    public bool ShowsEverywhere(FaultRig rig) => Broken.All(n => ShowsAt(rig, n));

    public bool ShowsAnywhere(FaultRig rig) => Broken.Any(n => ShowsAt(rig, n));

    private bool ShowsAt(FaultRig rig, int node)
    {
        rig.X = node;
        return Shows(rig);
    }
}
