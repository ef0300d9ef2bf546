using Xunit;

namespace Holdfast.Sessions.Tests;

public sealed class SessionKeyTests
{
    [Fact]
    public void Keys_are_equal_when_their_bytes_are()
    {
        SessionKey one = new("a%2Fb"u8.ToArray());
        SessionKey same = new("a%2Fb"u8.ToArray());
        SessionKey other = new("a/b"u8.ToArray());

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void A_key_never_prints_itself()
    {
        SessionKey key = new("mw:MWSession:secret"u8.ToArray());

        Assert.DoesNotContain("secret", $"{key}", StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_key_is_refused() => Assert.Throws<ArgumentException>(() => new SessionKey(ReadOnlyMemory<byte>.Empty));
}
