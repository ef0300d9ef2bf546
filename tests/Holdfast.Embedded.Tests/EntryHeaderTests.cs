using Xunit;

namespace Holdfast.Embedded.Tests;

/// <summary>What stands before a value on disk.</summary>
public sealed class EntryHeaderTests
{
    private const long NowMs = 1_790_000_000_000;

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(NowMs)]
    [InlineData(long.MaxValue)]
    public void What_was_written_is_read(long expiresAtMs)
    {
        byte[] entry = [.. new byte[EntryHeader.Length], 1, 2, 3];
        new EntryHeader(expiresAtMs).Write(entry);

        Assert.True(EntryHeader.TryRead(entry, out EntryHeader read));
        Assert.Equal(expiresAtMs, read.ExpiresAtMs);
        Assert.Equal([1, 2, 3], entry[EntryHeader.Length..]);
    }

    [Fact]
    public void The_layout_on_disk_is_one_byte_of_version_and_eight_little_endian()
    {
        byte[] entry = new byte[EntryHeader.Length];
        new EntryHeader(0x0102030405060708).Write(entry);

        Assert.Equal([1, 8, 7, 6, 5, 4, 3, 2, 1], entry);
    }

    [Fact]
    public void Too_few_bytes_and_other_versions_are_no_entry()
    {
        byte[] entry = new byte[EntryHeader.Length];
        new EntryHeader(NowMs).Write(entry);
        for (int length = 0; length < EntryHeader.Length; length++)
        {
            Assert.False(EntryHeader.TryRead(entry.AsSpan(0, length), out _));
        }

        foreach (byte version in new byte[] { 0, 2, 255 })
        {
            entry[0] = version;
            Assert.False(EntryHeader.TryRead(entry, out _));
        }
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 60)]
    [InlineData(999, 60)]
    [InlineData(1_000, 59)]
    [InlineData(1_001, 59)]
    [InlineData(59_000, 1)]
    [InlineData(59_999, 1)]
    public void Seconds_left_are_rounded_up(long passedMs, int expected)
    {
        EntryHeader header = EntryHeader.For(60, NowMs);

        Assert.False(header.IsExpired(NowMs + passedMs));
        Assert.Equal(expected, header.SecondsLeft(NowMs + passedMs));
    }

    [Fact]
    public void An_entry_expires_at_its_last_millisecond_and_stays_expired()
    {
        EntryHeader header = EntryHeader.For(60, NowMs);

        Assert.False(header.IsExpired(NowMs + 59_999));
        Assert.True(header.IsExpired(NowMs + 60_000));
        Assert.True(header.IsExpired(long.MaxValue));
    }

    [Fact]
    public void Zero_seconds_are_for_ever()
    {
        EntryHeader header = EntryHeader.For(0, NowMs);

        Assert.False(header.IsExpired(long.MaxValue));
        Assert.Equal(0, header.SecondsLeft(long.MaxValue));
    }

    [Fact]
    public void The_longest_life_does_not_overflow()
    {
        EntryHeader header = EntryHeader.For(int.MaxValue, NowMs);

        Assert.False(header.IsExpired(NowMs));
        Assert.Equal(int.MaxValue, header.SecondsLeft(NowMs));
        Assert.Equal(int.MaxValue, header.SecondsLeft(NowMs - 10_000)); // the clock stepped back
    }
}
