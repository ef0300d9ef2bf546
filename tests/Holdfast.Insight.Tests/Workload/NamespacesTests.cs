using System.Text;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

public sealed class NamespacesTests
{
    private readonly Namespaces _spaces = new(new QuotaOptions(), new KeyedHash(new byte[16]));

    [Fact]
    public void A_namespace_has_a_name_from_its_eighth_different_key_on()
    {
        for (ulong key = 1; key <= 7; key++)
        {
            Assert.Equal("other", Saw("wiki:MWSession", key));
            Assert.Equal("other", Saw("wiki:MWSession", key)); // again is not different
        }

        Assert.Equal("other", Find("wiki:MWSession"));
        Assert.Equal("wiki:MWSession", Saw("wiki:MWSession", 8));
        Assert.Equal("wiki:MWSession", Find("wiki:MWSession"));
    }

    [Theory]
    [InlineData("grüße")]
    [InlineData("line\nbreak")]
    [InlineData("other")]
    [InlineData("none")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123+")]
    public void What_cannot_be_shown_never_gets_a_name(string space)
    {
        for (ulong key = 1; key <= 100; key++)
        {
            Assert.Equal("other", Saw(space, key));
        }

        Assert.Equal(["none", "other"], _spaces.All.Select(counts => counts.Name));
    }

    [Fact]
    public void Keys_without_a_namespace_are_none() => Assert.Equal("none", Find(""));

    [Fact]
    public void No_more_than_64_get_a_name_and_the_rest_is_other()
    {
        for (int space = 0; space < 10_000; space++)
        {
            for (ulong key = 1; key <= 8; key++)
            {
                Saw($"space {space}", key);
            }
        }

        Assert.Equal(64 + 2, _spaces.All.Count());
        Assert.Equal("other", Find("space 9999"));
        Assert.Equal("space 63", Find("space 63"));
    }

    [Fact]
    public void One_that_is_seen_seldom_gets_its_name_among_many_that_are_seen_once()
    {
        ulong noise = 1_000;
        for (ulong key = 1; key <= 8; key++)
        {
            for (int i = 0; i < 5_000; i++)
            {
                Saw($"once {noise++}", noise);
            }

            // Two in a row: what has one key alone is as good as the noise.
            Saw("seldom", key);
            Saw("seldom", key + 100);
        }

        Assert.Equal("seldom", Find("seldom"));
    }

    [Fact]
    public void What_has_a_limit_of_its_own_has_its_name_from_the_start_and_the_default_is_for_named_ones()
    {
        QuotaOptions quota = new()
        {
            Namespaces = new Dictionary<string, QuotaLimit> { ["mine"] = new(5, 0), ["none"] = new(7, 0) },
            Default = new QuotaLimit(100, 0),
        };
        Namespaces spaces = new(quota, new KeyedHash(new byte[16]));
        for (ulong key = 1; key <= 8; key++)
        {
            spaces.Saw("yours"u8, key);
        }

        Assert.Equal(
            [("mine", 5L), ("yours", 100L), ("none", 7L), ("other", null)],
            spaces.All.Select(counts => (counts.Name, counts.Quota?.Limit.WritesPerSecond)));
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        byte[] known = "wiki:MWSession"u8.ToArray();
        for (ulong key = 1; key <= 8; key++)
        {
            _spaces.Saw(known, key);
        }

        Assert.Equal(0, Allocations.Of(() => Lookups(known)));
    }

    private void Lookups(byte[] space)
    {
        for (int i = 0; i < 1_000; i++)
        {
            _spaces.Find(space).Count(RequestKind.Miss);
        }
    }

    private string Saw(string space, ulong key) => _spaces.Saw(Encoding.UTF8.GetBytes(space), key).Name;

    private string Find(string space) => _spaces.Find(Encoding.UTF8.GetBytes(space)).Name;
}
