using Holdfast.Configuration;
using Holdfast.Hosting;
using Holdfast.TelemetrySwitch;

// One process, in which the service is stopped and started anew with other eyes for every word on standard input: the code stays
// compiled, the data stays in its folder, and what differs between two rounds is what the service looks at.
SocketThreads.Choose(Configured());
HoldfastServer? server = null;
#pragma warning disable RS0030 // This is a command line.
while (await Console.In.ReadLineAsync() is { } word)
{
    await LeaveAsync();
    var options = Eyes.Set(Configured(), word);
    server = new HoldfastServer(
        options, services => StoreChoice.Open(options, TimeProvider.System, services), TimeProvider.System, logOutput: Stream.Null);
    await server.StartAsync(CancellationToken.None);
    Console.WriteLine("ready");
}
#pragma warning restore RS0030

await LeaveAsync();

HoldfastOptions Configured() =>
    EffectiveConfiguration.Load(ConfigurationInput.File(args[0], ConfigurationInput.ProcessEnvironment())).Options;

async Task LeaveAsync()
{
    if (server is not null)
    {
        await server.LeaveAsync(drain: false, CancellationToken.None);
        await server.DisposeAsync();
    }
}
