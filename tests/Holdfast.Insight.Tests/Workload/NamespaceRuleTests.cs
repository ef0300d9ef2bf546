using System.Text;
using Holdfast.Insight.Workload;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

public sealed class NamespaceRuleTests
{
    [Theory]
    [InlineData("enwiki:MWSession:0a1b", "enwiki:MWSession")]
    [InlineData("a:b", "a")]
    [InlineData("a:", "a")]
    [InlineData("none at all", "")]
    [InlineData(":b", "")]
    [InlineData("ü:ö", "ü")]
    public void Before_the_last_separator_is_the_namespace(string key, string space) =>
        Assert.Equal(space, Of(new NamespaceRule(':', ""), key));

    [Fact]
    public void Another_separator_can_be_told() => Assert.Equal("a:b", Of(new NamespaceRule('|', ""), "a:b|c"));

    [Theory]
    [InlineData("enwiki:MWSession:0a1b", "MWSession")]
    [InlineData("dewiki:MWSession:0a1b", "MWSession")]
    [InlineData("wiki-ü:Größe:ß", "Größe")]
    [InlineData("nothing", "")]
    [InlineData("a::b", "")]
    public void A_patterns_first_group_is_the_namespace(string key, string space) =>
        Assert.Equal(space, Of(new NamespaceRule(':', "^[^:]*:([^:]*):"), key));

    [Theory]
    [InlineData("", true)]
    [InlineData("^([a-z]+):", true)]
    [InlineData("^[a-z]+:", false)]
    [InlineData("(", false)]
    [InlineData("(?=a)(b)", false)]
    [InlineData("(a)\\1", false)]
    public void A_pattern_needs_a_group_and_no_backtracking(string pattern, bool fits) =>
        Assert.Equal(fits, WorkloadOptions.IsPattern(pattern));

    private static string Of(NamespaceRule rule, string key) => Encoding.UTF8.GetString(rule.Of(Encoding.UTF8.GetBytes(key)));
}
