using System.CommandLine;
using Holdfast.Load.Engine;
using Holdfast.Load.Measuring;
using Holdfast.Load.Protocol;

var port = new Option<int>("--port") { Description = "The server's port on 127.0.0.1.", Required = true };
var operation = new Option<Operation>("--operation") { Description = "What is asked.", DefaultValueFactory = _ => Operation.GetHit };
var dialect = new Option<Dialect>("--dialect") { Description = "How the server is spoken to.", DefaultValueFactory = _ => Dialect.Kask };
var basePath = new Option<string>("--base") { Description = "The path before the key.", DefaultValueFactory = _ => "/sessions/v1/" };
var connections = new Option<int>("--connections") { Description = "Connections at one time.", DefaultValueFactory = _ => 32 };
var perConnection = new Option<int>("--per-connection") { Description = "Requests a connection; 0 keeps it." };
var rate = new Option<double>("--rate") { Description = "Requests a second; 0 asks as soon as it is answered." };
var seconds = new Option<double>("--seconds") { Description = "How long.", DefaultValueFactory = _ => 3 };
var keys = new Option<int>("--keys") { Description = "Number of sessions.", DefaultValueFactory = _ => 10_000 };
var valueBytes = new Option<int>("--value-bytes") { Description = "Length of a value.", DefaultValueFactory = _ => 1024 };
var seed = new Option<ulong>("--seed") { Description = "Of the sessions and their order.", DefaultValueFactory = _ => 1 };

var command = new RootCommand("Offers load to a session store, checks every answer, and prints rate and latency.")
{
    port, operation, dialect, basePath, connections, perConnection, rate, seconds, keys, valueBytes, seed,
};
command.SetAction(parsed =>
{
    var sessions = new SessionSet(parsed.GetValue(keys), parsed.GetValue(valueBytes), parsed.GetValue(seed));
    var plan = new LoadPlan(
        parsed.GetValue(port),
        parsed.GetValue(dialect),
        parsed.GetValue(operation),
        sessions,
        TimeSpan.FromSeconds(parsed.GetValue(seconds)))
    {
        BasePath = parsed.GetValue(basePath)!,
        Connections = parsed.GetValue(connections),
        RequestsPerConnection = parsed.GetValue(perConnection),
        Rate = parsed.GetValue(rate),
        DrawSeed = parsed.GetValue(seed),
    };
    return Print(LoadLoop.Run(plan, TimeProvider.System));
});
return command.Parse(args).Invoke();

static int Print(LoadResult result)
{
    var latency = result.Latency;
#pragma warning disable RS0030 // This is a command line.
    Console.WriteLine(
        $"{result.RequestsPerSecond:F0} requests/s, {result.AllRequests} answered, {result.Connections} connections, "
        + $"{result.Errors} errors{(result.FirstError is { } first ? $" ({first})" : "")}");
    Console.WriteLine(
        $"latency ms: p50 {latency.PercentileMs(50):F3}, p99 {latency.PercentileMs(99):F3}, "
        + $"p99.9 {latency.PercentileMs(99.9):F3}, max {latency.MaxNs / 1e6:F3}");
#pragma warning restore RS0030
    return result.Errors == 0 ? 0 : 1;
}
