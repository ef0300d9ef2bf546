using System.CommandLine;
using System.Net;
using Holdfast.LabLoop;

var node = new Option<string>("--node") { Description = "The node, address:port.", DefaultValueFactory = _ => "127.0.1.1:9042" };
var connections = new Option<int>("--connections") { Description = "Connections at one time.", DefaultValueFactory = _ => 4 };
var inFlight = new Option<int>("--in-flight") { Description = "Reads in flight on each.", DefaultValueFactory = _ => 64 };
var keys = new Option<int>("--keys") { Description = "Number of sessions.", DefaultValueFactory = _ => 1000 };
var valueBytes = new Option<int>("--value-bytes") { Description = "Length of a value.", DefaultValueFactory = _ => 1024 };
var seconds = new Option<double>("--seconds") { Description = "How long a round.", DefaultValueFactory = _ => 3 };
var rounds = new Option<int>("--rounds") { Description = "How many rounds; the first warms up.", DefaultValueFactory = _ => 4 };
var replication = new Option<string>("--replication")
{
    Description = "The keyspace's replication map.",
    DefaultValueFactory = _ => "{'class': 'SimpleStrategy', 'replication_factor': 1}",
};
var consistency = new Option<ushort>("--consistency") { Description = "Level by its number; 1 is ONE, 6 LOCAL_QUORUM.", DefaultValueFactory = _ => 1 };

var command = new RootCommand("Measures how many pipelined prepared reads a second one lab node serves.")
{
    node, connections, inFlight, keys, valueBytes, seconds, rounds, replication, consistency,
};
command.SetAction((parsed, cancellation) => LoopRun.RunAsync(
    new LoopPlan(
        IPEndPoint.Parse(parsed.GetValue(node)!),
        parsed.GetValue(connections),
        parsed.GetValue(inFlight),
        parsed.GetValue(keys),
        parsed.GetValue(valueBytes),
        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        parsed.GetValue(rounds),
        parsed.GetValue(replication)!,
        parsed.GetValue(consistency)),
    TimeProvider.System,
    cancellation));
return await command.Parse(args).InvokeAsync();
