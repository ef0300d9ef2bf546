using Holdfast.Configuration;
using Holdfast.Hosting;
using Holdfast.TelemetrySwitch;

// One process with a host for each 'WORD=FILE' of its arguments: the word says which of its eyes are open, the file is its configuration.
// They share the code, the collector and the thread pool; the one that is asked is the one that works. Ends with its standard input.
var hosts = args.Select(argument => argument.Split('=', 2)).Select(parts => (Word: parts[0], File: parts[1])).ToList();
var servers = new List<HoldfastServer>();
foreach (var (word, file) in hosts)
{
    var options = EffectiveConfiguration.Load(ConfigurationInput.File(file, ConfigurationInput.ProcessEnvironment())).Options;
    SocketThreads.Choose(options);
    Eyes.Set(options, word);
    var server = new HoldfastServer(
        options, services => StoreChoice.Open(options, TimeProvider.System, services), TimeProvider.System, logOutput: Stream.Null);
    await server.StartAsync(CancellationToken.None);
    servers.Add(server);
}

#pragma warning disable RS0030 // This is a command line.
Console.WriteLine("ready");
while (await Console.In.ReadLineAsync() is not null)
{
}
#pragma warning restore RS0030

foreach (var server in servers)
{
    await server.LeaveAsync(drain: false, CancellationToken.None);
    await server.DisposeAsync();
}
