using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>A node's process ends, stands still, or starts again.</summary>
internal static class ProcessFaults
{
    private static readonly FaultParameter Down = new("down", ParameterKind.Duration, "20s", "from the end to the next start");
    private static readonly FaultParameter SkipWaits =
        new("skip-waits", ParameterKind.Flag, "false", "start with neither gossip settle nor waiting for peers");

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("stop", "a clean stop: says goodbye, resets its clients, refuses connections; healing starts it", [SkipWaits],
            t => EndUntilHealed(t, Ending.Stopped)),
        new("kill", "SIGKILL: no goodbye; healing starts it", [SkipWaits], t => EndUntilHealed(t, Ending.Killed)),
        new("power-loss", "power gone: connections vanish, the last seconds of the commit log too; healing starts it", [SkipWaits],
            t => EndUntilHealed(t, Ending.PowerLost)),
        new("start", "starts what is down", [SkipWaits], t => Each(t, node => Start(node, t.Arguments.Flag("skip-waits")))),
        new("reboot", "a clean reboot", [Down, SkipWaits], t => Reboot(t, Ending.Stopped)),
        new("reboot-hard", "a hard reboot: connections vanish without a packet", [Down, SkipWaits], t => Reboot(t, Ending.PowerLost)),
        new("pause", "SIGSTOP: stands still until healed, then goes on with everything that waited", [], Pause),
    ];

    public static Action Each(FaultTarget target, Action<Node> apply)
    {
        foreach (var node in target.Nodes)
        {
            apply(node);
        }

        return FaultKind.NothingToHeal;
    }

    /// <summary>Ends it now and starts it after the fault's `down`.</summary>
    public static void DownFor(FaultTarget target, Node node, Ending ending, StartOptions options)
    {
        var outage = node.HoldDown(ending);
        target.After(target.Arguments.Duration("down"), () => node.LetGo(outage, options));
    }

    private static void Start(Node node, bool skipWaits)
    {
        if (node.Process is null)
        {
            node.Run(new StartOptions { SkipWaits = skipWaits });
        }
    }

    private static Action EndUntilHealed(FaultTarget target, Ending ending)
    {
        var skipWaits = target.Arguments.Flag("skip-waits");
        var outages = target.Nodes.Select(n => (Node: n, Outage: n.HoldDown(ending))).ToList();
        return () => outages.ForEach(o => o.Node.LetGo(o.Outage, new StartOptions { SkipWaits = skipWaits }));
    }

    private static Action Reboot(FaultTarget target, Ending ending)
    {
        var skipWaits = target.Arguments.Flag("skip-waits");
        foreach (var node in target.Nodes)
        {
            DownFor(target, node, ending, new StartOptions { SkipWaits = skipWaits });
        }

        return FaultKind.NothingToHeal;
    }

    private static Action Pause(FaultTarget target)
    {
        var paused = target.Nodes.Select(n => n.Process).OfType<NodeProcess>().ToList();
        foreach (var process in paused)
        {
            process.Life.Pause();
        }

        return () =>
        {
            foreach (var process in paused)
            {
                process.Life.Resume();
            }
        };
    }
}
