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

    /// <summary>More keys than are kept, in any order and again: each has its own namespace each time.</summary>
    [Fact]
    public void Whatever_came_before_a_keys_namespace_is_its_own()
    {
        NamespaceRule rule = new(':', "^[^:]*:([^:]*):", seed: 7);
        Random random = new(1);
        for (int i = 0; i < 300_000; i++)
        {
            int number = random.Next(100_000);
            string space = number % 5 == 0 ? "" : $"space-{number % 97}";
            string key = space.Length == 0 ? $"none-{number}" : $"{new string('w', number % 13)}:{space}:{number}";
            Assert.Equal(space, Of(rule, key));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(60_000)]
    public void A_key_of_any_length_has_the_same_namespace_twice(int length)
    {
        NamespaceRule rule = new(':', "([^:]*):$");
        string key = $"a:{new string('b', length - 3)}:";
        Assert.Equal(key[2..^1], Of(rule, key));
        Assert.Equal(key[2..^1], Of(rule, key));
    }

    [Fact]
    public void A_key_that_was_seen_costs_no_allocation()
    {
        NamespaceRule rule = new(':', "^[^:]*:([^:]*):");
        byte[] key = "enwiki:MWSession:0a1b"u8.ToArray();
        byte[] without = "nothing"u8.ToArray();

        Assert.Equal(0, Allocations.Of(() => Assert.True(rule.Of(key).Length == 9 && rule.Of(without).IsEmpty)));
    }

    private static string Of(NamespaceRule rule, string key) => Encoding.UTF8.GetString(rule.Of(Encoding.UTF8.GetBytes(key)));
}
