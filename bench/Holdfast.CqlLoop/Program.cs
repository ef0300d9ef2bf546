using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Holdfast.Cql;
using Holdfast.CqlLoop;
using Holdfast.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

var contact = new Option<string>("--contact") { Description = "A node's address.", Required = true };
var port = new Option<int>("--port") { Description = "The nodes' port.", DefaultValueFactory = _ => 9042 };
var inFlight = new Option<int>("--in-flight") { Description = "Reads at one time.", DefaultValueFactory = _ => 64 };
var keys = new Option<int>("--keys") { Description = "Stored sessions.", DefaultValueFactory = _ => 10_000 };
var valueBytes = new Option<int>("--value-bytes") { Description = "Length of a value.", DefaultValueFactory = _ => 1024 };
var seconds = new Option<double>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 1.5 };
var pairs = new Option<int>("--pairs")
{
    Description = "Compares the whole client with one fixed connection, so many times. 0: a round a line on standard input.",
};
var isFixed = new Option<bool>("--fixed")
{
    Description = "Reads through one fixed connection with everything off alone, so that a profile shows it.",
};
var command = new RootCommand("Prepared reads through the CQL client, in kask.values.")
{
    contact, port, inFlight, keys, valueBytes, seconds, pairs, isFixed,
};
command.SetAction(async parsed =>
{
    // As the service sets itself up for a cluster.
    SocketThreads.Choose(new Holdfast.Configuration.HoldfastOptions { Storage = { Engine = Holdfast.Configuration.StorageEngine.Cassandra } });
    var read = new CqlStatement("get", "SELECT value FROM kask.values WHERE key = ?", ConsistencyLevel.LocalQuorum);
    var options = new CqlClusterOptions
    {
        ContactPoints = [parsed.GetValue(contact)!],
        Port = parsed.GetValue(port),
        Keyspace = "kask",
    };
    var node = new IPEndPoint(IPAddress.Parse(parsed.GetValue(contact)!), parsed.GetValue(port));
    var readers = new Readers(parsed.GetValue(inFlight), parsed.GetValue(keys), parsed.GetValue(valueBytes));
    var length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
    if (parsed.GetValue(isFixed))
    {
        await using var fixedOne = await FixedReader.StartAsync(node, read);
        await AnswerLinesAsync(readers, fixedOne, length);
        return;
    }

    await using var services = new ServiceCollection().AddMetrics().WithExport().BuildServiceProvider();
    _ = services.GetRequiredService<MeterProvider>();
    await using var cluster = await ClusterReader.StartAsync(options, read, services.GetRequiredService<IMeterFactory>());
    _ = await readers.RunAsync(cluster, 2 * length);
    if (parsed.GetValue(pairs) > 0)
    {
        await using var alone = await FixedReader.StartAsync(node, read);
        _ = await readers.RunAsync(alone, 2 * length);
        for (var pair = 0; pair < parsed.GetValue(pairs); pair++)
        {
            // Each half begins in turn; the fixed connection twice, which is the noise.
            IReader[] order = pair % 2 == 0 ? [cluster, alone, alone] : [alone, alone, cluster];
            var rounds = new List<(IReader Reader, Round Round)>();
            foreach (var reader in order)
            {
                rounds.Add((reader, await readers.RunAsync(reader, length)));
            }

            var all = rounds.Single(one => one.Reader == cluster).Round;
            var none = rounds.Where(one => one.Reader == alone).Select(one => one.Round).ToList();
            Say(
                $"pair {all.ProcessorUsPerRead:F3} {none[0].ProcessorUsPerRead:F3} {none[1].ProcessorUsPerRead:F3} {all.Rate:F0} {none[0].Rate:F0} {all.AllocatedPerRead:F1} {none[0].AllocatedPerRead:F1}");
        }

        return;
    }

    await AnswerLinesAsync(readers, cluster, length);
});
return await command.Parse(args).InvokeAsync();

// A round for each line on standard input.
static async Task AnswerLinesAsync(Readers readers, IReader reader, TimeSpan length)
{
    Say($"ready");
    while (await ReadLineAsync() is not null)
    {
        var round = await readers.RunAsync(reader, length);
        Say($"round {round.Reads} {round.Seconds:F4} {round.AllocatedPerRead:F1} {round.ProcessorUsPerRead:F3}");
    }
}

#pragma warning disable RS0030 // This is a command line.
static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

static ValueTask<string?> ReadLineAsync() => new(Console.In.ReadLineAsync());
#pragma warning restore RS0030

/// <summary>The exporter that the service has.</summary>
internal static class Export
{
    public static IServiceCollection WithExport(this IServiceCollection services)
    {
        services.AddMetricsExport(all: false);
        return services;
    }
}
