using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Incidents.Judging;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>
/// A hundred thousand lies told to a client that lives, half of them in v4 and half in v5: it is not taken down, keeps no memory, and uses
/// the servers again once they tell the truth. It reconnects sooner than it would, so that an hour of lies is not a day.
/// </summary>
[Collection(Alone.Name)]
public sealed class LivedLiesTests(ITestOutputHelper output)
{
    private const int Lies = 50_000;
    private const ulong Seed = 20_221_213;
    private const long KeptMax = 32 * 1024 * 1024;

    private static readonly TimeSpan s_longest = TimeSpan.FromHours(2);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Nothing_that_servers_say_takes_the_client_down(int protocol)
    {
        SimulatedLab lab = new(Seed, new ClusterOptions { Datacenters = [new("eqiad", 12), new("codfw", 3)] });
        Schema.Create(lab);
        Randomness random = new Randomness(Seed).Fork("lies");
        LabTransport honest = new(lab.Clients);
        LyingTransport answers = new(honest, random);
        LyingSegments segments = new(honest, answers, random.Fork("segments"));
        Statements statements = new();
        CqlCluster cluster = new(Options(lab, statements, protocol), statements.All, lab.Time, NullLoggerFactory.Instance, null, protocol == 5 ? segments : answers, new Random((int)Seed));
        cluster.Start();
        Assert.True(lab.Scheduler.RunUntil(() => cluster.CanServe, TimeSpan.FromSeconds(30)));
        List<Task<CqlOutcome>> asked = [];
        TimeSpan began = lab.Scheduler.Now;
        long before = GC.GetTotalMemory(forceFullCollection: true);

        (answers.Share, segments.Share) = (0.2, 0.2);
        int requests = 0;
        while (answers.Lies + segments.SegmentLies < Lies)
        {
            Assert.True(lab.Scheduler.Now - began < s_longest, $"only {answers.Lies} lies in {s_longest}");
            for (int i = 0; i < 4; i++)
            {
                asked.Add(AskAsync(cluster, statements, requests++));
            }

            lab.Scheduler.RunFor(TimeSpan.FromMilliseconds(20));
            RemoveEnded(asked);
        }

        TimeSpan lasted = lab.Scheduler.Now - began;
        (answers.Share, segments.Share) = (0, 0);
        lab.Scheduler.RunFor(TimeSpan.FromMinutes(3));
        RemoveEnded(asked);
        Assert.Empty(asked); // each was answered in the end
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(FormattableString.Invariant(
            $"seed {Seed}, v{protocol}: {answers.Lies} lies in answers and {segments.SegmentLies} in segments, {requests} requests, in {lasted.TotalMinutes:0} minutes of the lab's time; {kept / 1024.0 / 1024:0.0} MiB kept"));

        asked.AddRange(Enumerable.Range(0, 200).Select(i => AskAsync(cluster, statements, i)));
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(3));
        Assert.All(asked, answer => Assert.True(answer is { IsCompletedSuccessfully: true, Result: CqlOutcome.Success }));
        Assert.Equal(12, cluster.Coordinators().Count(coordinator => coordinator.State == CoordinatorState.Up));
        Assert.InRange(kept, long.MinValue, KeptMax);
    }

    private static CqlClusterOptions Options(SimulatedLab lab, Statements statements, int protocol) => new()
    {
        ContactPoints = [lab.Cluster.Nodes[0].Address.ToString()],
        LocalDataCenter = "eqiad",
        Keyspace = "sessions",
        Probe = statements.Get,
        ProtocolVersionMax = protocol,
        CompleteInline = true,
        Health = new HealthOptions { ReconnectMin = TimeSpan.FromMilliseconds(20), ReconnectMax = TimeSpan.FromMilliseconds(200) },
    };

    /// <summary>Whatever a request ends with, it is no exception.</summary>
    private static void RemoveEnded(List<Task<CqlOutcome>> asked)
    {
        Assert.DoesNotContain(asked, request => request.IsFaulted);
        asked.RemoveAll(request => request.IsCompleted);
    }

    private static async Task<CqlOutcome> AskAsync(CqlCluster cluster, Statements statements, int number)
    {
        bool isWrite = number % 4 == 0;
        int key = number % 100;
        CqlResult result = await cluster.ExecuteAsync(
            isWrite ? statements.Set : statements.Get,
            new Values(SampleValues.Key(key), isWrite ? SampleValues.Value(key, number) : null),
            isWrite ? cluster.NextTimestamp() : null,
            CancellationToken.None);
        using CqlRows? rows = result.Rows;
        while (rows is not null && rows.Read())
        {
            for (int column = 0; column < 4; column++)
            {
                _ = rows.IsNull(column) ? 0 : rows.Column(column).Length;
            }
        }

        return result.Outcome;
    }
}
