using System.Diagnostics;
using System.Text;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>One of the programs under tests/drivers, and what it prints.</summary>
internal sealed class ForeignProgram : IDisposable
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(4);

    private static readonly SemaphoreSlim OneInstall = new(1); // tests run side by side

    private readonly Process process;
    private readonly StringBuilder printed = new();

    private ForeignProgram(Process process) => this.process = process;

    public string Printed
    {
        get
        {
            lock (printed)
            {
                return printed.ToString();
            }
        }
    }

    /// <summary>The folder of a driver's program; the repository is found from where the tests were built.</summary>
    public static string Folder(string driver)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "tests", "drivers", driver);
    }

    public static ForeignProgram Start(string folder, string program, IEnumerable<string> arguments, params (string, string)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        ForeignProgram running = new(new Process { StartInfo = start });
        running.process.OutputDataReceived += (_, line) => running.Keep(line.Data);
        running.process.ErrorDataReceived += (_, line) => running.Keep(line.Data);
        running.process.Start();
        running.process.BeginOutputReadLine();
        running.process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Runs a program to its end. Null when it is not there; otherwise whether it ended well, and what it said.</summary>
    public static async Task<(bool Succeeded, string Printed)?> RunAsync(
        string folder, string program, string[] arguments, CancellationToken cancellation, params (string, string)[] environment)
    {
        try
        {
            using var running = Start(folder, program, arguments, environment);
            await running.process.WaitForExitAsync(cancellation);
            return (running.process.ExitCode == 0, running.Printed);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Skips the test where a program is not installed, or foreign programs are not wanted.</summary>
    public static async Task RequireAsync(string program, params string[] arguments)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("HOLDFAST_TEST_FOREIGN") == "off", "foreign programs are off");
        using CancellationTokenSource patience = new(InstallPatience, TimeProvider.System);
        var result = await RunAsync(".", program, arguments, patience.Token);
        Assert.SkipWhen(result is not { Succeeded: true }, $"{program} {string.Join(' ', arguments)}: {result?.Printed ?? "is not installed"}");
    }

    /// <summary>Skips the test where there is no Node.js, or its packages cannot be had.</summary>
    public static async Task RequireNodePackagesAsync()
    {
        await RequireAsync("node", "--version");
        string folder = Folder("node");
        await OneInstall.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            {
                await RequireAsync("npm", "--prefix", folder, "ci", "--no-audit", "--no-fund");
            }
        }
        finally
        {
            OneInstall.Release();
        }
    }

    public Task SayAsync(string line) => process.StandardInput.WriteLineAsync(line);

    public async Task WaitForAsync(string line, CancellationToken cancellation)
    {
        while (!Printed.Contains($"\n{line}\n", StringComparison.Ordinal))
        {
            Assert.False(process.HasExited && !Printed.Contains($"\n{line}\n", StringComparison.Ordinal), Printed);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    public async Task<int> ExitCodeAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (printed)
            {
                _ = printed.Length == 0 ? printed.Append('\n') : printed;
                printed.Append(line).Append('\n');
            }
        }
    }
}
