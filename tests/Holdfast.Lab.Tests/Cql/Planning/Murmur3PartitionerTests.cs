using System.Text;
using Holdfast.Lab.Cql.Planning;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Planning;

/// <summary>
/// Vectors from the tests of drivers that others wrote: DataStax's Python driver (tests/unit/test_metadata.py) and gocql
/// (internal/murmur/murmur_test.go).
/// </summary>
public sealed class Murmur3PartitionerTests
{
    [Theory]
    [InlineData("123", -7468325962851647638)]
    [InlineData("9223372036854775807", 7162290910810015547)]
    [InlineData("hello", -3758069500696749310)]
    [InlineData("hello, world", 0x342fac623a5ebc8e)]
    [InlineData("The quick brown fox jumps over the lazy dog.", unchecked((long)0xcd99481f9ee902c9))]
    public void Text_has_the_token_that_drivers_expect(string key, long token) =>
        Assert.Equal(token, Murmur3Partitioner.Token(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Bytes_with_the_high_bit_set_are_taken_with_their_sign()
    {
        Assert.Equal(-8927430733708461935, Murmur3Partitioner.Token(Repeat([0xFE], 8)));
        Assert.Equal(1446172840243228796, Murmur3Partitioner.Token(Repeat([0x10], 8)));
        Assert.Equal(5837342703291459765, Murmur3Partitioner.Token(Repeat([0x00, 0xFF, 0x10, 0xFA, 0x99], 10)));
    }

    [Fact]
    public void The_least_token_belongs_to_no_key() => Assert.Equal(long.MinValue, Murmur3Partitioner.Token([]));

    private static byte[] Repeat(byte[] bytes, int times) =>
        [.. Enumerable.Repeat(bytes, times).SelectMany(b => b)];
}
