using Holdfast.Embedded.Space;
using Xunit;

namespace Holdfast.Embedded.Tests.Space;

/// <summary>Whether a copy fits, and on which disk.</summary>
public sealed class CopyRoomTests
{
    private const long Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(10, 10, 0, true)]
    [InlineData(10, 9, 0, false)]
    [InlineData(10, 30, 20, true)]
    [InlineData(10, 29, 20, false)]
    [InlineData(0, 5, 20, false)]
    public void What_is_kept_for_sessions_is_no_room(long needed, long free, long kept, bool fits) =>
        Assert.Equal(fits, CopyRoom.Shortage(needed * Mebibyte, free * Mebibyte, kept * Mebibyte) is null);

    [Fact]
    public void Where_the_filesystem_does_not_say_a_copy_is_tried() => Assert.Null(CopyRoom.Shortage(long.MaxValue / 2, long.MaxValue, Mebibyte));

    [Fact]
    public void What_is_missing_is_told_with_the_setting_that_keeps_it()
    {
        string? shortage = CopyRoom.Shortage(30 * Mebibyte, 40 * Mebibyte, 20 * Mebibyte);

        Assert.Equal("the copy takes 30.0 MiB and 40.0 MiB are free, of which 20.0 MiB are kept for sessions (storage.embedded.min_free_bytes)", shortage);
    }

    [Fact]
    public void Disks_are_told_apart()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        string temporary = Path.GetTempPath();

        Assert.True(DiskSpace.IsShared(temporary, temporary));
        Assert.False(DiskSpace.IsShared(temporary, "/proc"));
        Assert.True(DiskSpace.IsShared(temporary, "/nowhere"));
    }
}
