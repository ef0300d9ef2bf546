using System.Diagnostics;
using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>
/// This folder: what ships under ops/ (rules, Alertmanager's configuration, dashboards) against the real programs it is for, and
/// against what the program measures. Here: Debian's programs as child processes.
/// </summary>
internal sealed class ForeignProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private ForeignProgram(string program, IEnumerable<string> arguments, string? folder)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public static void SkipUnlessInstalled(params string[] programs)
    {
        TestSettings.SkipWhenFast();
        Assert.All(programs, program => Assert.SkipUnless(File.Exists(program), $"{program} is not installed"));
    }

    public static ForeignProgram Start(string program, params string[] arguments) => new(program, arguments, null);

    /// <summary>Runs to its end; what it wrote, and whether it was content.</summary>
    public static async Task<(bool Succeeded, string Text)> RunAsync(string folder, string program, params string[] arguments)
    {
        await using ForeignProgram run = new(program, arguments, folder);
        await run._process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (run._process.ExitCode == 0, await run._output + await run._errors);
    }

    /// <summary>Ends it, and gives what it said: for the report of a failure.</summary>
    public async Task<string> EndAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        return await _output + await _errors;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
    }
}
