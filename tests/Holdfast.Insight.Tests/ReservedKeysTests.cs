using System.Text;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests;

public sealed class ReservedKeysTests
{
    private readonly ReservedKeys _keys = new("ab12");

    [Fact]
    public void They_begin_with_NUL_and_are_valid_UTF8()
    {
        SessionKey[] all = [_keys.Canary("127.0.0.1:9042"), _keys.Sentinel(7)];

        Assert.All(all, key =>
        {
            Assert.Equal(0, key.Utf8.Span[0]);
            Assert.NotEmpty(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(key.Utf8.Span));
        });
    }

    [Fact]
    public void Processes_coordinators_and_sentinels_have_keys_of_their_own()
    {
        ReservedKeys other = new("ab13");
        SessionKey[] all =
        [
            _keys.Canary("a"), _keys.Canary("b"), other.Canary("a"), _keys.Sentinel(1), _keys.Sentinel(2), other.Sentinel(1),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
