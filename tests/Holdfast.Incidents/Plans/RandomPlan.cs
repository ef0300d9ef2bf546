using System.Globalization;
using Holdfast.Lab.Simulation;

namespace Holdfast.Incidents.Plans;

/// <summary>Draws what goes wrong: one to four faults within half a minute, most of them on one node of the local data centre.</summary>
/// <param name="random">Its draws.</param>
/// <param name="nodesPerDataCenter">The nodes that there are.</param>
/// <param name="scale">Makes all of it last so many times as long.</param>
internal sealed class RandomPlan(Randomness random, int nodesPerDataCenter, double scale = 1)
{
    private readonly TimeSpan _span = Span(scale);

    /// <summary>Within what time from the beginning every fault of a plan begins.</summary>
    public static TimeSpan Span(double scale) => TimeSpan.FromSeconds(30) * scale;

    public FaultPlan Draw()
    {
        int count = 1 + random.Next(4);
        return new FaultPlan([.. Enumerable.Range(0, count).Select(_ => One()).OrderBy(fault => fault.At)]);
    }

    private PlannedFault One()
    {
        TimeSpan at = random.Between(TimeSpan.Zero, _span);
        return random.Next(28) switch
        {
            0 => new(at, "reboot", Nodes(), Time("down", 2, 20)),
            1 => new(at, "reboot-hard", Nodes(), Time("down", 2, 20)),
            2 or 3 => new(at, "rejoin-blind", Nodes(), Time("down", 2, 20), Time("for", 25, 70)),
            4 => new(at, "rejoin-blind", One(Local()), Time("down", 2, 20), "stuck=true"),
            5 => new(at, "kill", Nodes(), Time("for", 1, 20)),
            6 => new(at, "stop", Nodes(), Time("for", 1, 20)),
            7 => new(at, "power-loss", Nodes(), Time("for", 1, 20)),
            8 => new(at, "pause", Nodes(), Time("for", 0.2, 15)),
            9 or 10 => new(at, "cut", Nodes(), Time("for", 2, 45)),
            11 => new(at, random.Chance(0.5) ? "cut-in" : "cut-out", Nodes(), Time("for", 2, 45)),
            12 or 13 => BlindToSome(at),
            14 => new(at, "loss", Nodes(), Share(5, 60), Time("for", 5, 30)),
            15 => new(at, "latency", Nodes(), Milliseconds("by", 5, 100), Time("for", 5, 30)),
            16 => new(at, "slow", Nodes(), Milliseconds("floor", 1, 500), Milliseconds("tail", 1, 200), Time("for", 5, 30)),
            17 => new(at, "overloaded", Nodes(), Share(5, 100), Time("for", 2, 30)),
            18 => new(at, "bootstrapping", Nodes(), Time("for", 2, 30)),
            19 => new(at, "half-open", Nodes(), Time("for", 2, 30)),
            20 => new(at, "reset", Nodes(), Share(1, 100), Time("for", 2, 30)),
            21 => new(at, "late", Nodes(), Milliseconds("by", 50, 4000), Share(1, 100), Time("for", 2, 30)),
            22 => new(at, "corrupt", One(Local()), Share(1, 100), Time("for", 2, 30)),
            23 => new(at, "truncate", One(Local()), Share(1, 100), Time("for", 2, 30)),
            24 => new(at, "unprepared", Nodes(), Share(5, 100), Time("for", 2, 30)),
            25 => new(at, "disk-full", Nodes(), Time("for", 2, 30)),
            26 => random.Chance(0.5)
                ? new(at, "cut-dc", "codfw", Time("for", 5, 40))
                : new(at, "fail-dc-link", "all", Time("over", 1, 10), Time("for", 12, 40)),
            _ => random.Chance(0.5)
                ? new(at, "gossip-off", Nodes(), Time("for", 5, 40))
                : new(at, "reimage", One(Local()), Time("down", 2, 20)),
        };
    }

    private PlannedFault BlindToSome(TimeSpan at)
    {
        string[] local = Local();
        string blind = random.Pick(local);
        string[] others = [.. local.Where(node => node != blind)];
        string peers = string.Join(',', others.Take(1 + random.Next(others.Length)));
        return new PlannedFault(at, "blind-to", blind, "peers=" + peers, Time("for", 5, 45));
    }

    /// <summary>Mostly one node of the local data centre, sometimes two or all, sometimes a remote one.</summary>
    private string Nodes()
    {
        double draw = random.NextDouble();
        string[] local = Local();
        return draw switch
        {
            < 0.7 => One(local),
            < 0.85 => $"{local[random.Next(local.Length)]} {local[random.Next(local.Length)]}",
            < 0.9 => "eqiad",
            _ => One([.. local.Select(node => node.Replace("eqiad", "codfw", StringComparison.Ordinal))]),
        };
    }

    private string[] Local() => [.. Enumerable.Range(1, nodesPerDataCenter).Select(n => string.Create(CultureInfo.InvariantCulture, $"eqiad-{n}"))];

    private string One(string[] nodes) => random.Pick(nodes);

    private string Time(string name, double from, double to) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}={(from + ((to - from) * random.NextDouble())) * scale:0.0}s");

    private string Milliseconds(string name, int from, int to) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}={from + random.Next(to - from)}ms");

    private string Share(int from, int to) => string.Create(CultureInfo.InvariantCulture, $"share={from + random.Next(to - from + 1)}%");
}
