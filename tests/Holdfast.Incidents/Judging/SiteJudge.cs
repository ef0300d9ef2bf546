using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Storage;
using Level = Holdfast.Lab.Protocol.ConsistencyLevel;
using LabReplication = Holdfast.Lab.Cluster.Topology.Replication;

namespace Holdfast.Incidents.Judging;

/// <summary>
/// This folder: who is judged and by what. Says of every answer whether it was right: by the key's history, and by the lab's oracle,
/// which sees the whole cluster. Not thread-safe.
/// </summary>
/// <param name="cluster">The lab's cluster; all moments are its scheduler's.</param>
/// <param name="verdicts">The oracle's memory.</param>
/// <param name="protection">Needless failures are violations; without, they are counted alone.</param>
internal sealed class SiteJudge(LabCluster cluster, VerdictTimeline verdicts, bool protection)
{
    private const string Local = "eqiad";

    /// <summary>A range that was served for so long until a request came is worth its waiting until the deadline: the design says 5 s.</summary>
    private static readonly TimeSpan s_recently = TimeSpan.FromSeconds(1);

    /// <summary>Failing so much before the deadline is giving up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.9);

    /// <summary>
    /// A request is served when its range was served for so long before its deadline: the whole of it, since attempts of 0.6 s
    /// may hang on three others first.
    /// </summary>
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(2);

    /// <summary>How exactly moments are known: what could be served has to have been so for this long before and after.</summary>
    public TimeSpan Slack { get; init; }

    public static readonly LabReplication Replication = LabReplication.Network([new("eqiad", 3), new("codfw", 3)]);

    /// <summary>Requests that were not served.</summary>
    public int Failed { get; private set; }

    /// <summary>Those of them that some coordinator of the local data centre could have served all the while.</summary>
    public int FailedWithoutNeed { get; private set; }

    /// <summary>Answers that are wrong because the cluster, by Cassandra's own rules, lost what it had acknowledged.</summary>
    public int LostByTheCluster { get; private set; }

    /// <summary>What must never happen: wrong answers, lost writes, needless failures.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>A read was answered.</summary>
    public void Read(KeyHistory history, int key, int? version, TimeSpan began, TimeSpan ended)
    {
        if (history.Judge(version, began, ended) is not { } wrong)
        {
            return;
        }

        byte[] bytes = SampleValues.Key(key);
        PartitionKey partition = new(bytes, Murmur3Partitioner.Token(bytes));
        if (cluster.Ledger is { } ledger
            && ledger.IsLost(partition, Level.LocalQuorum, Local, cluster.JoinedRing(), Replication, began))
        {
            LostByTheCluster++;
            return;
        }

        Violations.Add($"{ended}: key {key}, sent at {began}: {wrong}; {history}");
    }

    /// <summary>A request was not served.</summary>
    public void NotServed(string what, int key, bool isWrite, string said, TimeSpan began, TimeSpan ended)
    {
        Failed++;
        Question question = new(Murmur3Partitioner.Token(SampleValues.Key(key)), Replication, Level.LocalQuorum, isWrite);
        if (NeedlessBecause(question, began, ended) is { } why)
        {
            FailedWithoutNeed++;
            if (protection)
            {
                Violations.Add($"{ended}: a {what} of key {key}, sent at {began}, failed ({said}) although {why}");
            }
        }
    }

    private string? NeedlessBecause(in Question question, TimeSpan began, TimeSpan ended)
    {
        return verdicts.AnyServesThroughout(Local, question, began - Slack, ended + Slack) ? "a coordinator could have served it all the while"
            : ended - began < s_patience && verdicts.AnyServesThroughout(Local, question, began - s_recently - Slack, began + Slack) ? "it could have waited"
            : verdicts.AnyServesThroughout(Local, question, ended - s_recovery - Slack, ended + Slack) ? "a coordinator could have served it at last"
            : null;
    }
}
