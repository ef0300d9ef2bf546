using System.Diagnostics;
using System.Globalization;

namespace Holdfast.SideBySide.Contestants;

/// <summary>What one round of reads through a client cost its process.</summary>
/// <param name="Reads">Reads answered.</param>
/// <param name="Seconds">How long the round was.</param>
/// <param name="Processor">By the kernel's accounting.</param>
/// <param name="AllocatedPerRead">By the runtime's own; not a number where it does not tell.</param>
internal readonly record struct ReadRound(long Reads, double Seconds, TimeSpan Processor, double AllocatedPerRead)
{
    public double ReadsPerProcessorSecond => Reads / Processor.TotalSeconds;
}

/// <summary>A program that reads through one client: says 'ready', and then does a round for each line that it is given.</summary>
internal sealed class ReaderProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ReaderProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public static async Task<ReaderProcess> StartAsync(
        string name, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (variable, value) in environment)
        {
            info.Environment[variable] = value;
        }

        var reader = new ReaderProcess(name, Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start"));
        while (await reader.LineAsync() != "ready")
        {
        }

        return reader;
    }

    public async Task<ReadRound> RunAsync()
    {
        var before = ServerProcess.ProcessorTimeOf(_process.Id);
        await _process.StandardInput.WriteLineAsync("go on");
        await _process.StandardInput.FlushAsync();
        var fields = (await LineAsync()).Split(' ');
        return new ReadRound(
            long.Parse(fields[1], CultureInfo.InvariantCulture),
            double.Parse(fields[2], CultureInfo.InvariantCulture),
            ServerProcess.ProcessorTimeOf(_process.Id) - before,
            fields[3] == "nan" ? double.NaN : double.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> LineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System)
        ?? throw new InvalidOperationException($"{Name} has ended");
}
