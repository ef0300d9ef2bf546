using Holdfast.Cql;
using Holdfast.Cql.Protocol;
using Holdfast.Incidents.Judging;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>What is measured of the whole process is measured while nothing else runs in it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>A server that lies never takes the process down, and costs no memory; when it tells the truth again, it is used again.</summary>
[Collection(Alone.Name)]
public sealed class LyingServerTests(ITestOutputHelper output)
{
    private const int Lies = 100_000;

    // Of the others each is met on its own: a cluster that believes them takes a while to come back, again and again.
    private const int Lived = 10_000;
    private const ulong Seed = 20_230_124;

    [Fact]
    public void Lies_end_connections_and_nothing_else()
    {
        SimulatedLab lab = new(Seed, new ClusterOptions { Datacenters = [new("eqiad", 3), new("codfw", 3)] });
        Schema.Create(lab);
        Statements statements = new();
        LyingTransport transport = new(new LabTransport(lab.Clients), new Randomness(Seed).Fork("lies"));
        CqlCluster cluster = new(
            new CqlClusterOptions
            {
                ContactPoints = [lab.Cluster.Nodes[0].Address.ToString()],
                LocalDataCenter = "eqiad",
                Keyspace = "sessions",
                Probe = statements.Get,
                ProtocolVersionMax = 4,
                CompleteInline = true,
            },
            statements.All, lab.Time, NullLoggerFactory.Instance, null, transport, new Random((int)Seed));
        cluster.Start();
        Assert.True(lab.Scheduler.RunUntil(() => cluster.CanServe, TimeSpan.FromSeconds(30)));

        long before = GC.GetTotalMemory(forceFullCollection: true);
        transport.Share = 0.1;
        int requests = 0;
        while (transport.Lies < Lived)
        {
            for (int i = 0; i < 4; i++)
            {
                _ = AskAsync(cluster, statements, requests++);
            }

            lab.Scheduler.RunFor(TimeSpan.FromMilliseconds(20));
        }

        transport.Share = 0;
        lab.Scheduler.RunFor(TimeSpan.FromMinutes(3));
        long after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"seed {Seed}: {transport.Lies} lies among the answers to {requests} requests; {(after - before) / 1024.0 / 1024:0.0} MiB more than before");

        int served = 0;
        for (int i = 0; i < 200; i++)
        {
            _ = CountAsync(i);
        }

        lab.Scheduler.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(200, served);
        Assert.Equal(3, cluster.Coordinators().Count);
        Assert.InRange(after - before, long.MinValue, 64 * 1024 * 1024);
        ReadLies(transport);

        async Task CountAsync(int i)
        {
            CqlOutcome outcome = await AskAsync(cluster, statements, i);
            served += outcome == CqlOutcome.Success ? 1 : 0;
        }
    }

    /// <summary>A hundred thousand more, read by whatever reads answers: the protocol's own exception is all that may come of it.</summary>
    private void ReadLies(LyingTransport transport)
    {
        byte[][] samples = [.. transport.Samples.Values];
        Randomness random = new Randomness(Seed).Fork("samples");
        int refused = 0;
        for (int i = 0; i < Lies; i++)
        {
            EnvelopeReader reader = new(1 << 20);
            try
            {
                byte[] lie = transport.Lie(random.Pick(samples));
                lie.CopyTo(reader.GetMemory());
                reader.Advance(lie.Length);
                while (reader.TryRead(out Envelope envelope))
                {
                    Read(envelope);
                }
            }
            catch (ProtocolException)
            {
                refused++;
            }
            finally
            {
                reader.Close();
            }
        }

        output.WriteLine($"{Lies} lies about {samples.Length} answers, {refused} of them refused");
        Assert.InRange(refused, Lies / 10, Lies);
    }

    private static void Read(in Envelope envelope)
    {
        switch (envelope.Opcode)
        {
            case Opcode.Error:
                _ = Responses.ReadError(envelope);
                break;
            case Opcode.Event:
                _ = Responses.ReadEvent(envelope);
                break;
            case Opcode.Supported:
                _ = Responses.ReadSupported(envelope);
                break;
            case Opcode.Authenticate:
                _ = Responses.ReadAuthenticate(envelope);
                break;
            case Opcode.Result:
                ReadResult(envelope);
                break;
            default:
                break;
        }
    }

    private static void ReadResult(in Envelope envelope)
    {
        try
        {
            _ = Responses.ReadPrepared(envelope);
        }
        catch (ProtocolException)
        {
            // Not one that says what was prepared.
        }

        using CqlRows? rows = Responses.ReadResult(envelope, null);
        while (rows is not null && rows.Read())
        {
            for (int column = 0; column < 8; column++)
            {
                _ = rows.IsNull(column) ? 0 : rows.Column(column).Length;
            }
        }
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
        result.Rows?.Dispose();
        return result.Outcome;
    }
}
