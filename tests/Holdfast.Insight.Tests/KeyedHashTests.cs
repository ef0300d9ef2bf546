using Xunit;

namespace Holdfast.Insight.Tests;

public sealed class KeyedHashTests
{
    /// <summary>The reference implementation's vectors (vectors_sip64, and appendix A of the paper): key 00…0f, message 00 01 02 ….</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31UL)]
    [InlineData(1, 0x74f839c593dc67fdUL)]
    [InlineData(2, 0x0d6c8009d9a94f5aUL)]
    [InlineData(15, 0xa129ca6149be45e5UL)]
    public void It_is_SipHash_2_4(int length, ulong expected)
    {
        KeyedHash hash = new([.. Enumerable.Range(0, 16).Select(i => (byte)i)]);

        Assert.Equal(expected, hash.Of([.. Enumerable.Range(0, length).Select(i => (byte)i)]));
    }

    [Fact]
    public void Another_process_s_hashes_are_others() =>
        Assert.NotEqual(KeyedHash.Random().Of("a key"u8), KeyedHash.Random().Of("a key"u8));
}
