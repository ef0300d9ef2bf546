using Holdfast.Insight.Quota;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class QuotaSettingsTests
{
    [Fact]
    public void By_default_requests_are_counted_and_nothing_is_limited()
    {
        var options = Reading.Options("");

        Assert.Equal((true, ':', ""), (options.Workload.Enabled, options.Workload.Separator, options.Workload.Pattern));
        Assert.Empty(options.Quota.Namespaces);
        Assert.Equal((default(QuotaLimit), false), (options.Quota.Default, options.Quota.Enforce));
    }

    [Theory]
    [InlineData("500 writes/s", 500, 0)]
    [InlineData("2MiB/s", 0, 2 * 1024 * 1024)]
    [InlineData("500 writes/s 2MiB/s", 500, 2 * 1024 * 1024)]
    [InlineData("\"\"", 0, 0)]
    public void A_limit_is_writes_bytes_or_both(string text, long writes, long bytes) =>
        Assert.Equal(new QuotaLimit(writes, bytes), Reading.Options($"quota: {{default: {text}}}\n").Quota.Default);

    [Theory]
    [InlineData("500")]
    [InlineData("500 writes")]
    [InlineData("0 writes/s")]
    [InlineData("-1 writes/s")]
    [InlineData("2MiB/s 500 writes/s")]
    [InlineData("500 writes/s 2MiB")]
    [InlineData("500 writes/s 2MiB/s 2MiB/s")]
    [InlineData("writes/s")]
    [InlineData("/s")]
    public void Anything_else_is_none(string text) => Assert.StartsWith(
        "f.yaml:1: quota.default: expected writes and bytes each second", Assert.Single(Reading.Problems($"quota: {{default: {text}}}\n")), StringComparison.Ordinal);

    [Fact]
    public void Namespaces_are_a_section_or_a_variable_with_commas()
    {
        var expected = new Dictionary<string, QuotaLimit> { ["enwiki:MWSession"] = new(500, 0), ["a=b"] = new(0, 1_024), ["other"] = new(1, 0) };

        Assert.Equal(expected, Reading.Options("quota:\n  namespaces:\n    enwiki:MWSession: 500 writes/s\n    a=b: 1KiB/s\n    other: 1 writes/s\n").Quota.Namespaces);
        Assert.Equal(expected, Reading.Options("", ("HOLDFAST__QUOTA__NAMESPACES", "enwiki:MWSession=500 writes/s, a=b=1KiB/s, other=1 writes/s")).Quota.Namespaces);
    }

    [Theory]
    [InlineData("[a]")]
    [InlineData("a")]
    [InlineData("{a: }")]
    [InlineData("{a: 5}")]
    [InlineData("{a: {b: 5 writes/s}}")]
    [InlineData("{grüße: 5 writes/s}")]
    [InlineData("{\"\": 5 writes/s}")]
    public void Namespaces_are_names_with_limits(string text) => Assert.StartsWith(
        "f.yaml:1: quota.namespaces: expected a section of namespaces", Assert.Single(Reading.Problems($"quota: {{namespaces: {text}}}\n")), StringComparison.Ordinal);

    [Fact]
    public void No_more_namespaces_are_named_than_are_shown() => Assert.EndsWith(
        "found 65",
        Assert.Single(Reading.Problems($"quota: {{namespaces: {{{string.Join(", ", Enumerable.Range(0, 65).Select(i => $"n{i}: 5 writes/s"))}}}}}\n")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("(")]
    [InlineData("^[a-z]+:")]
    [InlineData("(?<=a)(b)")]
    public void A_pattern_that_cannot_be_matched_in_linear_time_is_refused(string pattern) => Assert.StartsWith(
        "f.yaml:1: workload.pattern: expected a regular expression", Assert.Single(Reading.Problems($"workload: {{pattern: '{pattern}'}}\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("quota: {default: 5 writes/s}\n", "f.yaml:2: quota.default: ")]
    [InlineData("quota: {namespaces: {a: 5 writes/s}}\n", "f.yaml:2: quota.namespaces: ")]
    public void Quotas_need_the_counts(string quota, string start) =>
        Assert.StartsWith(start, Assert.Single(Reading.Problems("workload: {enabled: false}\n" + quota)), StringComparison.Ordinal);
}
