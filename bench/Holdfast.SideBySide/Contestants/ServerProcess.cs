using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.SideBySide.Contestants;

/// <summary>A server as a child process: its output in a file, its processor time and memory from the kernel.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    // USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly string _logPath;
    private readonly Task _output;

    private ServerProcess(Process process, string logPath)
    {
        _process = process;
        _logPath = logPath;
        _output = Task.WhenAll(
            CopyAsync(process.StandardOutput.BaseStream, logPath), CopyAsync(process.StandardError.BaseStream, logPath + ".err"));
    }

    public static ServerProcess Start(string program, string logPath, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(logPath),
        };
        var process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start");
        return new ServerProcess(process, logPath);
    }

    /// <summary>User and system time so far, of the process and of the children it has waited for.</summary>
    public TimeSpan ProcessorTime => ProcessorTimeOf(_process.Id);

    /// <summary>The same of any process.</summary>
    public static TimeSpan ProcessorTimeOf(int id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");

        // The name, in parentheses, may hold anything; what follows it is numbers: the state is field 3.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var total = fields[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds(total / TicksPerSecond);
    }

    /// <summary>What is resident, by kind (VmRSS, RssAnon, RssFile), in bytes.</summary>
    public long Resident(string kind)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(kind + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Waits until the port takes a connection.</summary>
    public async Task WaitUntilListeningAsync(int port, IPAddress? address = null)
    {
        using var patience = new CancellationTokenSource(s_patience, TimeProvider.System);
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(address ?? IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, patience.Token);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException(
                    $"{_process.StartInfo.FileName} ended with {_process.ExitCode}: {await LogAsync()}");
            }
        }
    }

    /// <summary>Waits until the server says that it is ready: one that listens may still be opening its data.</summary>
    public async Task WaitUntilReadyAsync(int port)
    {
        await WaitUntilListeningAsync(port);
        await Answering.UntilAsync($"http://127.0.0.1:{port}/readyz", HttpStatusCode.OK, s_patience);
    }

    /// <summary>What the server has said.</summary>
    public async Task<string> LogAsync()
    {
        await _output;
        return await File.ReadAllTextAsync(_logPath) + await File.ReadAllTextAsync(_logPath + ".err");
    }

    /// <summary>Asks the process to end, waits, and makes it end if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var patience = new CancellationTokenSource(s_patience, TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        await _output;
        _process.Dispose();
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task CopyAsync(Stream from, string path)
    {
        await using var to = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        await from.CopyToAsync(to);
    }
}
