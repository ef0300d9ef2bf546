using Holdfast.Lab.Scenarios;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

public sealed class ScenarioFileTests
{
    private const string Step = "name: x\ncluster: { eqiad: 3 }\nlasts: 5m\ntimeline:\n  - ";

    [Theory]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\ntimeline:\n  - { at: 1m, fault: rejion-blind, nodes: [eqiad-1] }", ":5: no fault is called rejion-blind")]
    [InlineData("name: x\ncluster: { eqiad: many }\nlasts: 5m", ":2: eqiad: many is not a number of nodes")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: soon", ":3: lasts: soon is not a duration")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworklaod: {}", ":4: worklaod is unknown here")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { datacenter: esams }", ":4: there is no data centre esams")]
    [InlineData("name: x\ncluster: [", "the.yaml:")]
    [InlineData("[]", ":1: a mapping is expected here")]
    [InlineData("name: x\ncluster: {}\nlasts: 5m", ":2: cluster: at least one data centre")]
    [InlineData("name: x\ncluster: { eqiad: 0 }\nlasts: 5m", ":2: eqiad: 0 is not a number of nodes")]
    [InlineData("name: x\ncluster: { a: 100, b: 100, c: 1 }\nlasts: 5m", ":2: cluster: more than 200 nodes")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 0s", ":3: lasts: 0 s is no time at all")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { rate: 0 }", ":4: rate: 0 is not a number above 0")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { rate: NaN }", ":4: rate: NaN is not a number above 0")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { keys: 0 }", ":4: keys: 0 is not a number above 0")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { keys: 1.5 }", ":4: keys: 1.5 is not a whole number")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { reads: -1 }", ":4: reads: -1 is not a number from 0")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { reads: 0, writes: 0 }", ":4: workload: reads, writes and deletes are all 0")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { timeout: 0s }", ":4: timeout: 0 s is no time at all")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { patience: soon }", ":4: patience: soon is not a duration")]
    [InlineData(Step + "{ at: 1m, fault: pause, nodes: [eqiad-4] }", ":5: no node is called eqiad-4; there are eqiad-1, eqiad-2, eqiad-3")]
    [InlineData(Step + "{ at: 1m, fault: pause }", ":5: pause needs nodes")]
    [InlineData(Step + "{ at: 1m, fault: reboot, nodes: [eqiad], with: { dwon: 5s } }", ":5: reboot takes no dwon; it takes down, skip-waits, for")]
    [InlineData(Step + "{ at: 1m, fault: reboot, nodes: [eqiad], with: { down: soon } }", ":5: reboot: down=soon is not a duration")]
    [InlineData(Step + "{ at: 1m, fault: reboot, nodes: [eqiad], with: { for: soon } }", ":5: reboot: for=soon is not a duration")]
    [InlineData(Step + "{ at: 1m, fault: loss, nodes: [eqiad], with: { share: 2 } }", ":5: loss: share=2 is not a share")]
    [InlineData(Step + "{ at: 1m, fault: failing, nodes: [eqiad], with: { kind: odd } }", ":5: failing: kind=odd is none of")]
    [InlineData(Step + "{ at: 1m, fault: add-node, with: { dc: esams } }", ":5: add-node: there is no data centre esams")]
    [InlineData(Step + "{ at: 6m, note: late }", ":5: at: 6m is after the scenario's end")]
    [InlineData(Step + "{ at: 1m, heal: puase }", ":5: heal: puase is neither `all` nor a kind of fault")]
    [InlineData(Step + "{ at: 1m, fault: pause, nodes: [all], heal: all }", ":5: a step has one of fault, heal, workload, wipe")]
    [InlineData(Step + "{ at: 1m, note: n, nodes: [all] }", ":5: nodes and with belong to a fault")]
    [InlineData(Step + "{ at: 1m, workload: maybe }", ":5: workload: maybe is neither on nor off")]
    [InlineData(Step + "{ at: 1m, wipe: false }", ":5: wipe: false does nothing")]
    [InlineData(Step + "{ at: 1m }", ":5: a step has one of fault, heal, workload, wipe, note")]
    [InlineData(Step + "pause", ":5: a mapping is expected here")]
    public void A_mistake_is_told_with_its_line(string yaml, string expected)
    {
        var exception = Assert.Throws<ScenarioException>(() => ScenarioFile.Parse("the.yaml", new StringReader(yaml)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_their_lines()
    {
        var exception = Assert.Throws<ScenarioException>(() => ScenarioFile.Parse("the.yaml", new StringReader("""
            name: x
            cluster: { eqiad: 3 }
            workload: { rate: 0, keys: 0 }
            timeline:
              - { at: 2m, fault: pause, nodes: [eqiad-9] }
              - { at: 1m, fault: puase, nodes: [eqiad-1], frob: 1 }
            lasts: soon
            """)));
        Assert.Equal(
            ["the.yaml:3: rate", "the.yaml:3: keys", "the.yaml:5: no node", "the.yaml:6: frob", "the.yaml:6: no fault", "the.yaml:7: lasts"],
            exception.Message.Split('\n').Select(l => string.Join(' ', l.Replace(": rate:", ": rate", StringComparison.Ordinal).Split(' ').Take(l.Contains(": no ", StringComparison.Ordinal) ? 3 : 2)).TrimEnd(':')));
    }

    [Fact]
    public void A_node_that_is_added_has_a_name_from_then_on()
    {
        const string added = Step + "{ at: 1m, fault: add-node }\n  - { at: 2m, fault: pause, nodes: [eqiad-4] }";
        Assert.Equal(2, ScenarioFile.Parse("the.yaml", new StringReader(added)).Timeline.Count);
        const string early = Step + "{ at: 2m, fault: add-node }\n  - { at: 1m, fault: pause, nodes: [eqiad-4] }";
        Assert.Contains(":6: no node is called eqiad-4", Assert.Throws<ScenarioException>(
            () => ScenarioFile.Parse("the.yaml", new StringReader(early))).Message, StringComparison.Ordinal);
    }
}
