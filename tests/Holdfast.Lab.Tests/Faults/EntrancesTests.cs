using System.Text.Json;
using Holdfast.Lab.Commands;
using Holdfast.Lab.Control;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Scenarios;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>
/// Every kind of fault, by every way in: as it is typed, as it is posted, as it stands in a scenario; on one node and on two. It is
/// taken, it does what it says to each of them, it heals.
/// </summary>
public sealed class EntrancesTests
{
    private const double AppearsWithin = 120;
    private const double HealsWithin = 120;

    public static TheoryData<string, int> Kinds =>
        [.. FaultCatalog.All.SelectMany(k => Enumerable.Range(1, k.TakesNoNodes ? 1 : 2).Select(nodes => (k.Name, nodes)))];

    [Fact]
    public void There_is_no_kind_without_an_effect() =>
        Assert.Equal(FaultCatalog.All.Select(k => k.Name).Order(StringComparer.Ordinal), FaultEffects.Kinds);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void As_it_is_typed(string kind, int nodes) => CheckOrder(kind, nodes, FaultCommands.Order);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void As_it_is_posted(string kind, int nodes) => CheckOrder(kind, nodes, (name, words) =>
    {
        var (names, arguments) = Split(words);
        var json = $"{{\"kind\": \"{name}\", \"nodes\": [{string.Join(", ", names.Select(n => $"\"{n}\""))}], "
            + $"\"arguments\": {{{string.Join(", ", arguments.Select(a => $"\"{a.Name}\": \"{a.Value}\""))}}}}}";
        return JsonSerializer.Deserialize<FaultOrder>(json, ControlServer.Json)!;
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void As_it_stands_in_a_scenario(string kind, int nodes)
    {
        var effect = FaultEffects.Of(kind, nodes);
        var (names, arguments) = Split(effect.Words);
        var scenario = ScenarioFile.Parse("the.yaml", new StringReader($$"""
            name: one fault
            cluster: { eqiad: 3, codfw: 1 }
            timeline:
              - { at: 1s, fault: {{kind}}, nodes: [{{string.Join(", ", names)}}], with: { {{string.Join(", ", arguments.Select(a => $"{a.Name}: {a.Value}"))}} } }
              - { at: {{1 + AppearsWithin}}s, heal: {{kind}} }
            lasts: 10m
            """));
        var rig = new FaultRig();
        effect.Before(rig);
        Assert.True(!effect.ShowsAnywhere(rig), "it is there before it begins");
        var lines = new List<string>();
        var player = new ScenarioPlayer(scenario, rig.Cluster, rig.Faults, new Timeline(rig.Cluster, rig.Faults, lines.Add));
        player.Begin();
        rig.Run(1.001);
        Assert.Contains(lines, l => l.Contains($"fault  #1 {kind}", StringComparison.Ordinal));
        Assert.True(rig.Until(effect.ShowsEverywhere, AppearsWithin - 2), string.Join('\n', lines));
        CheckHealed(rig, effect, AppearsWithin + HealsWithin);
    }

    private static void CheckOrder(string kind, int nodes, Func<string, IReadOnlyList<string>, FaultOrder> enter)
    {
        var effect = FaultEffects.Of(kind, nodes);
        var rig = new FaultRig();
        effect.Before(rig);
        Assert.True(!effect.ShowsAnywhere(rig), "it is there before it begins");
        var fault = rig.Faults.Apply(enter(kind, effect.Words).ToRequest());
        Assert.True(rig.Until(effect.ShowsEverywhere, AppearsWithin), "it does nothing");
        rig.Faults.Heal(fault.Id);
        CheckHealed(rig, effect, HealsWithin);
    }

    private static void CheckHealed(FaultRig rig, FaultEffect effect, double within)
    {
        if (!effect.Stays)
        {
            Assert.True(rig.Until(r => !effect.ShowsAnywhere(r), within), "it does not heal");
        }

        foreach (var node in effect.Stays ? [] : effect.Broken)
        {
            rig.X = node;
            Assert.True(rig.Until(r => r.Read().Succeeded && r.Write().Succeeded, HealsWithin), "nothing is served");
        }

        Assert.Empty(rig.Faults.Active);
    }

    private static (List<string> Nodes, List<(string Name, string Value)> Arguments) Split(IReadOnlyList<string> words) => (
        [.. words.Where(w => !w.Contains('=', StringComparison.Ordinal))],
        [.. words.Where(w => w.Contains('=', StringComparison.Ordinal)).Select(w => w.Split('=')).Select(w => (w[0], w[1]))]);
}
