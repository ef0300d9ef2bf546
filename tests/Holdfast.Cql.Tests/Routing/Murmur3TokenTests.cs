using System.Globalization;
using Holdfast.Cql.Routing;
using Xunit;

namespace Holdfast.Cql.Tests.Routing;

public sealed class Murmur3TokenTests
{
    // Vectors of the DataStax Python driver's own test (tests/unit/test_metadata.py, Apache-2.0).
    [Theory]
    [InlineData("313233", 1, -7468325962851647638)]
    [InlineData("00FF10FA99", 10, 5837342703291459765)]
    [InlineData("FE", 8, -8927430733708461935)]
    [InlineData("10", 8, 1446172840243228796)]
    public void Tokens_are_those_of_the_published_vectors(string hex, int times, long token)
    {
        byte[] key = Convert.FromHexString(string.Concat(Enumerable.Repeat(hex, times)));

        Assert.Equal(token, Murmur3Token.Of(key));
    }

    [Fact]
    public void The_largest_long_in_digits_has_its_published_token() => Assert.Equal(
        7162290910810015547,
        Murmur3Token.Of(System.Text.Encoding.ASCII.GetBytes(long.MaxValue.ToString(CultureInfo.InvariantCulture))));
}
