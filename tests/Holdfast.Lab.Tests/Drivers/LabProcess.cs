using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>The lab as a program of its own, `lab up` with its control API, on addresses and ports that nobody else has.</summary>
internal sealed class LabProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "lab.dll");
    private static int made;

    private readonly ForeignProgram running;
    private readonly string control;

    private LabProcess(ForeignProgram running, string firstNode, int port, string control)
    {
        this.running = running;
        this.control = control;
        FirstNode = firstNode;
        Port = port;
    }

    public string FirstNode { get; }

    public int Port { get; }

    public Uri Control => new($"http://{control}/");

    public string Printed => running.Printed;

    /// <summary>Completes when its nodes and its control API listen.</summary>
    public static async Task<LabProcess> StartAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        string address = $"127.{220 + Interlocked.Increment(ref made) % 30}.{Environment.ProcessId % 250}.1";
        int port = FreePort(address);
        string control = $"127.0.0.1:{FreePort("127.0.0.1")}";
        string[] all = [Program, "up", "--base", address, "--port", $"{port}", "--control", control, .. arguments];
        var lab = new LabProcess(ForeignProgram.Start(".", "dotnet", all), address, port, control);
        await lab.WaitForAsync("control API: ", cancellation);
        return lab;
    }

    /// <summary>Another command of the lab, to its end: what it printed.</summary>
    public async Task<string> CommandAsync(string[] arguments, CancellationToken cancellation)
    {
        var (succeeded, printed) = await RunAsync([.. arguments, "--control", control], cancellation);
        Assert.True(succeeded, printed);
        return printed;
    }

    /// <summary>As `lab begin`, without the time that a program takes to start.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = Control };
        using var response = await client.PostAsync(new Uri("scenario", UriKind.Relative), null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Any command line of the lab, to its end.</summary>
    public static async Task<(bool Succeeded, string Printed)> RunAsync(string[] arguments, CancellationToken cancellation) =>
        await ForeignProgram.RunAsync(".", "dotnet", [Program, .. arguments], cancellation)
        ?? throw new InvalidOperationException("dotnet is not on the path");

    public async Task WaitForAsync(string text, CancellationToken cancellation)
    {
        while (!Printed.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    /// <summary>Completes when the node has opened its port and sees somebody.</summary>
    public async Task WaitForOpenAsync(string node, CancellationToken cancellation)
    {
        while (!Printed.Split('\n').Any(l => l.Contains($" {node} ", StringComparison.Ordinal) && l.Contains(" cql=open sees=", StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    public Task<int> ExitCodeAsync(CancellationToken cancellation) => running.ExitCodeAsync(cancellation);

    public void Dispose() => running.Dispose();

    private static int FreePort(string address)
    {
        using TcpListener listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
