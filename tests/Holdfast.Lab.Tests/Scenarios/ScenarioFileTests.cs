using Holdfast.Lab.Scenarios;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

public sealed class ScenarioFileTests
{
    [Theory]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\ntimeline:\n  - { at: 1m, fault: rejion-blind, nodes: [eqiad-1] }", ":5: no fault is called rejion-blind")]
    [InlineData("name: x\ncluster: { eqiad: many }\nlasts: 5m", ":2: eqiad: many is not a number of nodes")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: soon", ":3: lasts: soon is not a duration")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworklaod: {}", ":4: worklaod is unknown here")]
    [InlineData("name: x\ncluster: { eqiad: 3 }\nlasts: 5m\nworkload: { datacenter: esams }", ":4: there is no data centre esams")]
    [InlineData("name: x\ncluster: [", "the.yaml:")]
    public void A_mistake_is_told_with_its_line(string yaml, string expected)
    {
        var exception = Assert.Throws<ScenarioException>(() => ScenarioFile.Parse("the.yaml", new StringReader(yaml)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
