using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;
using Xunit;

namespace Holdfast.Embedded.Tests.Recovery;

/// <summary>What may be said of a RocksDB error without saying a key.</summary>
public sealed class SafeReasonTests
{
    [Theory]
    [InlineData("Corruption: Corrupted Key: MARKED", "Corruption")]
    [InlineData("Corruption: key out of order: MARKED after MARKED", "Corruption")]
    [InlineData("Corruption: KEY MARKED", "Corruption")]
    [InlineData("bad key MARKED", "RocksDB error")]
    [InlineData(":key MARKED", "RocksDB error")]
    public void A_message_that_may_name_a_key_keeps_only_its_class(string message, string expected)
    {
        string reason = SafeReason.Of(new RocksDbException(message));

        Assert.Equal(expected, reason);
        Assert.DoesNotContain("MARKED", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IO error: No space left on device: While appending to file: db/000012.log: No space left on device")]
    [InlineData("Corruption: checksum mismatch in db/000012.log")]
    public void Any_other_message_is_told_whole(string message) =>
        Assert.Equal(message, SafeReason.Of(new RocksDbException(message)));
}
