using Holdfast.SideBySide.Contestants;
using Holdfast.SideBySide.Report;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>What a comparison needs: who can be started, how long to measure, what to say about the machine.</summary>
internal sealed record ComparisonRun(Starter Starter, RunSettings Settings, string Machine, string Disk, TimeProvider Time)
{
    public string Method(string load) =>
        $"{load}; {Settings.Sessions.ValueBytes} B values of random bytes, {Settings.Sessions.Count:N0} keys drawn evenly, "
        + $"32 connections, {Settings.Rounds} rounds of {Settings.RoundLength.TotalSeconds:0.#} s after a warm-up, the order changing from "
        + "round to round, all servers up throughout. Every answer's status, length and value is checked. "
        + "Processor time is the kernel's (`/proc/PID/stat`); "
        + "webdis and Redis count together. Tables give medians over rounds; ratios are taken within a round, against the mean of "
        + "both bare hosts, which are the same program twice: their ratio is the noise.";

    public Document Begin(string title, string load) => new(title, Machine, Method(load));

    /// <summary>The ratios that every comparison with bare hosts shows.</summary>
    public static void AgainstBare(Document document, PairedRounds rounds, double rateBar, double processorBar)
    {
        string[] bare = [Starter.BareName, Starter.BareTwinName];
        document.BeginBars();
        document.AtLeast("Holdfast / bare, requests/s", rounds.Ratios(Starter.HoldfastName, s => s.Rate, bare), rateBar);
        if (processorBar > 0)
        {
            document.AtMost(
                "Holdfast / bare, CPU a request", rounds.Ratios(Starter.HoldfastName, s => s.ProcessorUs, bare), processorBar);
        }
        else
        {
            document.Ratio("Holdfast / bare, CPU a request", rounds.Ratios(Starter.HoldfastName, s => s.ProcessorUs, bare));
        }
    }

    /// <summary>A/A: the bare host against itself.</summary>
    public static void Noise(Document document, PairedRounds rounds)
    {
        document.Ratio("A/A: bare / bare, requests/s", rounds.Ratios(Starter.BareTwinName, s => s.Rate, Starter.BareName));
        document.Ratio("A/A: bare / bare, CPU a request", rounds.Ratios(Starter.BareTwinName, s => s.ProcessorUs, Starter.BareName));
    }
}
