using System.Diagnostics;
using System.Globalization;
using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>CQL clients alone: prepared reads of one lab node, and what the whole of ours costs beside one fixed connection.</summary>
internal static class ClientRounds
{
    private const string Us = "Holdfast.Cql";
    private const string Gocql = "gocql 1.3";
    private const int Keys = 10_000;
    private const int ValueBytes = 1024;
    private const double AllocatedMax = 400;

    public static async Task<Document> RunAsync(string repository, string folder, int rounds, double seconds)
    {
        await using var lab = await LabNodes.StartAsync(repository, folder, nodes: 1);
        await lab.FillAsync(Keys, ValueBytes);
        string[] arguments =
        [
            "--contact", lab.Addresses[0], "--port", lab.Port.ToString(CultureInfo.InvariantCulture),
            "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
        ];
        var document = new Document(
            "CQL clients alone",
            Machine.Describe(TimeProvider.System),
            $"prepared reads of one node of the lab, {Keys:N0} keys, {ValueBytes} B values, LOCAL_QUORUM, 64 reads at one time, every answer's "
            + $"length checked; {rounds} rounds of {seconds:0.#} s a client after a warm-up, in turn, the order changing from round to round. "
            + "Each client is as it is by default, in a process of its own, on protocol v5 where it has that. Processor time is the "
            + "kernel's; bytes allocated are the runtime's own count, of the whole process. Intervals are Student's on the ratios' logarithms.");
        await CompareAsync(document, repository, arguments, rounds);
        await ToggleAsync(document, repository, arguments, rounds);
        return document;
    }

    private static async Task CompareAsync(Document document, string repository, string[] arguments, int rounds)
    {
        var clients = new List<ReaderProcess>();
        try
        {
            clients.Add(await ReaderProcess.StartAsync(Us, Loop(repository), arguments));
            clients.Add(await ReaderProcess.StartAsync(Gocql, Path.Combine(repository, "bench/peers/cql-readers/gocql/bin/reader"), arguments));
            clients.Add(await ReaderProcess.StartAsync(
                "python3-cassandra 3.25", "/usr/bin/python3", [Path.Combine(repository, "bench/peers/cql-readers/reader.py"), .. arguments]));
            clients.Add(await ReaderProcess.StartAsync(
                "cassandra-driver (npm)", "node", [Path.Combine(repository, "bench/peers/cql-readers/reader.js"), .. arguments],
                ("NODE_PATH", Path.Combine(repository, "tests/drivers/node/node_modules"))));
            var all = clients.ToDictionary(client => client.Name, _ => new List<ReadRound>());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var client in round % 2 == 0 ? clients : Enumerable.Reverse(clients))
                {
                    all[client.Name].Add(await client.RunAsync());
                }
            }

            Write(document, all);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private static void Write(Document document, Dictionary<string, List<ReadRound>> all)
    {
        document.Table("Reads through each client", "client | reads/s | reads per processor second | B allocated a read", all.Select(pair =>
        {
            var allocated = Spread.Of(pair.Value.Select(one => one.AllocatedPerRead)).Median;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{pair.Key} | {Spread.Of(pair.Value.Select(one => one.Reads / one.Seconds)).Median:N0} "
                + $"| {Spread.Of(pair.Value.Select(one => one.ReadsPerProcessorSecond)).Median:N0} "
                + $"| {(double.IsNaN(allocated) ? "not told" : allocated.ToString("N0", CultureInfo.InvariantCulture))}");
        }));
        document.BeginIntervals();
        document.Interval(
            "Holdfast.Cql / gocql, reads per processor second",
            Interval.OfRatios(all[Us].Zip(all[Gocql], (ours, theirs) => ours.ReadsPerProcessorSecond / theirs.ReadsPerProcessorSecond)),
            atLeast: 2);
        document.BeginBars();
        document.AtMost("Holdfast.Cql, B allocated a read", Spread.Of(all[Us].Select(one => one.AllocatedPerRead)), AllocatedMax);
    }

    /// <summary>One process, in which the whole client and one fixed connection take turns.</summary>
    private static async Task ToggleAsync(Document document, string repository, string[] arguments, int rounds)
    {
        var info = new ProcessStartInfo(
            Loop(repository), [.. arguments, "--pairs", Math.Max(rounds, 10).ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(info)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var pairs = text.Split('\n').Where(line => line.StartsWith("pair ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1..].Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray()).ToList();
        var median = Enumerable.Range(0, 2).Select(column => Spread.Of(pairs.Select(pair => pair[column])).Median).ToList();
        document.Paragraph(string.Create(
            CultureInfo.InvariantCulture,
            $"Everything on beside one fixed connection with everything off, in one process that takes turns, {pairs.Count} pairs: "
            + $"{median[0]:F2} µs of processor time a read with health, metrics, routing, deadlines and hedging, {median[1]:F2} µs without."));
        document.BeginIntervals();
        document.Interval(
            "all on / all off, CPU a read", Interval.OfRatios(pairs.Select(pair => pair[0] / ((pair[1] + pair[2]) / 2))), atMost: 1.1);
        document.Interval("A/A: all off / all off, CPU a read", Interval.OfRatios(pairs.Select(pair => pair[1] / pair[2])));
    }

    private static string Loop(string repository) =>
        Path.Combine(repository, "bench/Holdfast.CqlLoop/bin/Release/net10.0/holdfast-cqlloop");
}
