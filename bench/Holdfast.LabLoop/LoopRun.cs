using System.Globalization;
using System.Text;

namespace Holdfast.LabLoop;

/// <summary>Fills a table, then reads it in rounds and prints each round's rate.</summary>
internal static class LoopRun
{
    /// <summary>Printed with every run; the keys that are read follow from it.</summary>
    private const int Seed = 1;

    public static async Task<int> RunAsync(LoopPlan plan, TimeProvider time, CancellationToken cancellation)
    {
        using NodeConnection setup = await NodeConnection.OpenAsync(plan.Node, cancellation);
        byte[] select = await PrepareAsync(setup, plan, cancellation);
        byte[][] reads = [.. Enumerable.Range(0, plan.Keys).Select(k => Frames.OfExecute(select, plan.Consistency, Key(k)))];
        List<NodeConnection> connections = [];
        for (int i = 0; i < plan.Connections; i++)
        {
            connections.Add(await NodeConnection.OpenAsync(plan.Node, cancellation));
        }

        Print($"{plan.Connections} connections, {plan.InFlight} in flight each, {plan.Keys} keys of {plan.ValueBytes} bytes, seed {Seed}");
        List<double> rates = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            double rate = await RoundAsync(plan, connections, reads, time, cancellation);
            Print($"round {round}: {rate.ToString("N0", CultureInfo.InvariantCulture)} reads/s{(round == 0 ? " (warming up)" : "")}");
            rates.Add(rate);
        }

        connections.ForEach(c => c.Dispose());
        double[] counted = [.. rates.Skip(1).Order()];
        if (counted.Length > 0)
        {
            Print($"median: {counted[counted.Length / 2].ToString("N0", CultureInfo.InvariantCulture)} reads/s");
        }

        return 0;
    }

    private static async Task<byte[]> PrepareAsync(NodeConnection setup, LoopPlan plan, CancellationToken cancellation)
    {
        _ = await setup.AskAsync(
            Frames.OfQuery($"CREATE KEYSPACE IF NOT EXISTS labloop WITH replication = {plan.Replication}"), cancellation);
        _ = await setup.AskAsync(
            Frames.OfQuery("CREATE TABLE IF NOT EXISTS labloop.values (key text PRIMARY KEY, value blob)"), cancellation);
        byte[] insert = Id(await setup.AskAsync(
            Frames.OfPrepare("INSERT INTO labloop.values (key, value) VALUES (?, ?)"), cancellation));
        byte[] value = new byte[plan.ValueBytes];
        new Random(Seed).NextBytes(value);
        for (int key = 0; key < plan.Keys; key++)
        {
            _ = await setup.AskAsync(Frames.OfExecute(insert, plan.Consistency, Key(key), value), cancellation);
        }

        return Id(await setup.AskAsync(
            Frames.OfPrepare("SELECT value FROM labloop.values WHERE key = ?"), cancellation));
    }

    private static async Task<double> RoundAsync(
        LoopPlan plan, List<NodeConnection> connections, byte[][] reads, TimeProvider time, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        bool IsOver() => time.GetElapsedTime(began) >= plan.Round;
        Task<long>[] running =
        [
            .. connections.Select((connection, i) => Task.Run(
                () => connection.ReadOnAsync(reads, plan.InFlight, plan.ValueBytes, IsOver, new Random(Seed + i), cancellation),
                cancellation)),
        ];
        long answered = (await Task.WhenAll(running)).Sum();
        return answered / time.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>A RESULT of kind Prepared: kind, then the id's length and the id.</summary>
    private static byte[] Id(byte[] body) => body[6..(6 + ((body[4] << 8) | body[5]))];

    private static byte[] Key(int key) => Encoding.UTF8.GetBytes($"session-{key:D8}");

#pragma warning disable RS0030 // This is the command line.
    private static void Print(string line) => Console.WriteLine(line);
#pragma warning restore RS0030
}
