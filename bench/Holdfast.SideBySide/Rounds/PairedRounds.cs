using Holdfast.Load.Engine;
using Holdfast.Load.Measuring;
using Holdfast.Load.Protocol;
using Holdfast.SideBySide.Contestants;

namespace Holdfast.SideBySide.Rounds;

/// <summary>
/// Rounds in which each contestant is measured once, in an order that changes from round to round. Contestants are compared
/// within a round, where they met the same minute of the same machine. Lives in this folder: rounds and their statistics.
/// </summary>
internal sealed class PairedRounds
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_fillPatience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, List<Sample>> _samples = [];
    private readonly RunSettings _settings;

    private PairedRounds(RunSettings settings) => _settings = settings;

    public IEnumerable<string> Names => _samples.Keys;

    public IReadOnlyList<Sample> this[string name] => _samples[name];

    /// <summary>Fills every contestant with the run's sessions.</summary>
    public static void Fill(IEnumerable<Contestant> contestants, RunSettings settings, Func<LoadPlan, LoadPlan>? shape = null)
    {
        foreach (var contestant in contestants)
        {
            _ = Offer(contestant, settings, Operation.Fill, s_fillPatience, shape);
        }
    }

    /// <summary>Warms every contestant up with this very load, then measures the rounds.</summary>
    public static PairedRounds Measure(
        IReadOnlyList<Contestant> contestants, RunSettings settings, Operation operation, Func<LoadPlan, LoadPlan>? shape = null)
    {
        var rounds = new PairedRounds(settings);
        foreach (var contestant in contestants)
        {
            // Twice, with a pause between in which the JIT's background compilation finishes.
            _ = Offer(contestant, settings, operation, s_warmUp / 2, shape);
            _ = Offer(contestant, settings, operation, s_warmUp / 2, shape);
            rounds._samples[contestant.Name] = [];
        }

        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var contestant in Order(contestants, round))
            {
                rounds._samples[contestant.Name].Add(One(contestant, settings, operation, round, shape));
            }
        }

        return rounds;
    }

    /// <summary>One round of one contestant.</summary>
    public static Sample One(
        Contestant contestant, RunSettings settings, Operation operation, int round, Func<LoadPlan, LoadPlan>? shape = null)
    {
        var before = contestant.ProcessorTime;
        var seed = SessionSet.Mix(settings.Seed + (ulong)round);
        var load = Offer(
            contestant, settings, operation, settings.RoundLength, plan => (shape?.Invoke(plan) ?? plan) with { DrawSeed = seed });
        return new Sample(load, contestant.ProcessorTime - before);
    }

    public Spread Figures(string name, Func<Sample, double> figure) => Spread.Of(_samples[name].Select(figure));

    /// <summary>One contestant's figure as a multiple of the other's in the same round; of several others, of their mean.</summary>
    public Spread Ratios(string name, Func<Sample, double> figure, params IReadOnlyList<string> others) =>
        Spread.Of(Enumerable.Range(0, _settings.Rounds).Select(
            round => figure(_samples[name][round]) / others.Average(other => figure(_samples[other][round]))));

    /// <summary>The same as an interval: the mean of the pairs' ratios, and where it lies with 95 % confidence.</summary>
    public Interval Interval(string name, Func<Sample, double> figure, string other) => Rounds.Interval.OfRatios(
        Enumerable.Range(0, _settings.Rounds).Select(round => figure(_samples[name][round]) / figure(_samples[other][round])));

    private static LoadResult Offer(
        Contestant contestant, RunSettings settings, Operation operation, TimeSpan duration, Func<LoadPlan, LoadPlan>? shape)
    {
        var plan = new LoadPlan(contestant.Port, contestant.Dialect, operation, settings.Sessions, duration) { DrawSeed = settings.Seed };
        var result = LoadLoop.Run(shape?.Invoke(plan) ?? plan, TimeProvider.System);
        return result.Errors == 0
            ? result
            : throw new InvalidOperationException(
                $"{contestant.Name} answered {operation} wrongly {result.Errors} times, first: {result.FirstError}");
    }

    /// <summary>Every round begins with the next contestant, and every other round runs backwards.</summary>
    public static IEnumerable<Contestant> Order(IReadOnlyList<Contestant> contestants, int round)
    {
        var rotated = contestants.Skip(round % contestants.Count).Concat(contestants.Take(round % contestants.Count));
        return round % 2 == 0 ? rotated : rotated.Reverse();
    }
}
