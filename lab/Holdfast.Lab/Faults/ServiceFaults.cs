using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>The node runs and is seen UP by all; what it does for its clients is wrong.</summary>
internal static class ServiceFaults
{
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("slow", "every request and every question of a coordinator waits",
            [Duration("floor", "50ms", "at least"), Duration("tail", "50ms", "mean of an exponential tail on top")],
            t => t.Trouble(new Trouble { DelayFloor = t.Arguments.Duration("floor"), DelayTail = t.Arguments.Duration("tail") })),
        new("overloaded", "answers Overloaded", [Share("share", "100%")],
            t => t.Trouble(new Trouble { OverloadedShare = t.Arguments.Share("share") })),
        new("bootstrapping", "refuses reads of a partition with IsBootstrapping; writes go on", [], t => t.Trouble(new Trouble { AnswersBootstrapping = true })),
        new("failing", "answers requests with an error of the protocol, though nothing else is wrong",
            [
                new("kind", ParameterKind.Choice, "server-error", $"one of {string.Join(", ", InventedFailures.Names)}") { Choices = InventedFailures.Names },
                Share("share", "100%"),
            ],
            t => t.Trouble(new Trouble { FailsWith = InventedFailures.Named(t.Arguments.Text("kind")), FailingShare = t.Arguments.Share("share") })),
        new("half-open", "accepts connections and bytes, never answers; healing resets the connections that were not answered", [], HalfOpen),
        new("reset", "resets client connections instead of answering", [Share("share", "5%")],
            t => t.Trouble(new Trouble { ResetShare = t.Arguments.Share("share") })),
        new("late", "answers leave late, when their client has given up",
            [Duration("by", "3s", "later than ready"), Share("share", "100%")],
            t => t.Trouble(new Trouble { AnswersLateBy = t.Arguments.Duration("by"), LateShare = t.Arguments.Share("share") })),
        new("corrupt", "answers leave with a flipped byte: on v5 the checksum does not hold", [Share("share", "5%")],
            t => t.Trouble(new Trouble { CorruptShare = t.Arguments.Share("share") })),
        new("truncate", "answers are cut in the middle and the connection is closed", [Share("share", "5%")],
            t => t.Trouble(new Trouble { TruncateShare = t.Arguments.Share("share") })),
        new("unprepared", "forgets prepared statements when they are executed", [Share("share", "100%")],
            t => t.Trouble(new Trouble { UnpreparedShare = t.Arguments.Share("share") })),
        new("refuse-auth", "refuses every user", [], t => t.Trouble(new Trouble { RefusesCredentials = true })),
        new("schema-disagreement", "takes no schema from its peers, and tells a version of its own", [],
            t => t.Trouble(new Trouble { DisagreesOnSchema = true })),
    ];

    private static Action HalfOpen(FaultTarget target)
    {
        var heal = target.Trouble(new Trouble { HalfOpen = true });
        return () =>
        {
            heal();
            foreach (var node in target.Nodes.Where(n => !n.Troubles.Any(t => t.HalfOpen)))
            {
                node.Process?.Clients.ResetSwallowed();
            }
        };
    }

    private static FaultParameter Duration(string name, string standard, string summary) =>
        new(name, ParameterKind.Duration, standard, summary);

    private static FaultParameter Share(string name, string standard) =>
        new(name, ParameterKind.Share, standard, "of the requests");
}
