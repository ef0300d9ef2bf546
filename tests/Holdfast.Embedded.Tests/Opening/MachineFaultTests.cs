using Holdfast.Embedded.Opening;
using Xunit;

namespace Holdfast.Embedded.Tests.Opening;

/// <summary>What is a fault of the machine's, and what is damage.</summary>
public sealed class MachineFaultTests
{
    [Theory]
    [InlineData("IO error: No space left on device: While appending to file: db/000012.sst: No space left on device", "df -h")]
    [InlineData("No space left on device : 'data/CREATING.tmp'", "df -h")]
    [InlineData("IO error: While open a file for appending: db/MANIFEST-000008: Read-only file system", "read-only")]
    [InlineData("IO error: While opening a file for sequentially reading: db/MANIFEST-000004: Permission denied", "chown")]
    [InlineData("Corruption: Can't access /000009.sst: IO error: While open a file for random read: db/000009.sst: Too many open files", "LimitNOFILE")]
    [InlineData("IO error: While lock file: db/LOCK: Resource temporarily unavailable", "Another process")]
    public void The_machine_refused(string message, string advice) =>
        Assert.Contains(advice, MachineFault.RemedyFor(message), StringComparison.Ordinal);

    [Theory]
    [InlineData("Corruption: checksum mismatch in db/000012.log")]
    [InlineData("Corruption: Can't access /000009.sst: IO error: No such file or directory: while stat a file for size: db/000009.sst: No such file or directory")]
    [InlineData("Invalid argument: db: does not exist (create_if_missing is false)")]
    public void The_data_is_damaged_or_incomplete(string message) => Assert.Null(MachineFault.RemedyFor(message));
}
