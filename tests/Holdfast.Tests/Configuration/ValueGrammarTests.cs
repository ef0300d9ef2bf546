using Holdfast.Configuration.Values;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class ValueGrammarTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("100", 100)]
    [InlineData("1_00", 100)]
    public void Whole_numbers_are_decimal(string text, int value)
    {
        Assert.True(new WholeNumber(0, 100).TryRead(text, out var read, out _));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("101")]
    [InlineData("010")]
    [InlineData("0x10")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData(" 1")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("-")]
    [InlineData("٣")]
    [InlineData("99999999999999999999999")]
    public void What_is_none_or_lies_outside_is_refused(string text)
    {
        Assert.False(new WholeNumber(0, 100).TryRead(text, out _, out var problem));
        Assert.Contains("expected a whole number from 0 to 100", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("1024", 1024, "1KiB")]
    [InlineData("1KiB", 1024, "1KiB")]
    [InlineData("256 MiB", 256L << 20, "256MiB")]
    [InlineData("3GiB", 3L << 30, "3GiB")]
    [InlineData("1TiB", 1L << 40, "1TiB")]
    [InlineData("1025", 1025, "1025")]
    public void Bytes_are_a_number_or_one_with_a_binary_unit(string text, long value, string shown)
    {
        Bytes grammar = new(0, 1L << 40);

        Assert.True(grammar.TryRead(text, out var read, out _));
        Assert.Equal(value, read);
        Assert.Equal(shown, grammar.Format(read));
    }

    [Theory]
    [InlineData("1MB")]
    [InlineData("1mib")]
    [InlineData("MiB")]
    [InlineData("-1KiB")]
    [InlineData("1.5MiB")]
    [InlineData("2TiB")]
    [InlineData("9223372036854775807TiB")]
    public void Other_amounts_are_refused(string text) => Assert.False(new Bytes(0, 1L << 40).TryRead(text, out _, out _));

    [Theory]
    [InlineData("0s", 0, "0s")]
    [InlineData("100ms", 100, "100ms")]
    [InlineData("5s", 5_000, "5s")]
    [InlineData("1m", 60_000, "1m")]
    [InlineData("90s", 90_000, "90s")]
    [InlineData("60000ms", 60_000, "1m")]
    [InlineData("1h", 3_600_000, "1h")]
    public void Times_carry_their_unit(string text, int milliseconds, string shown)
    {
        Duration grammar = new(TimeSpan.Zero, TimeSpan.FromHours(1));

        Assert.True(grammar.TryRead(text, out var read, out _));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), read);
        Assert.Equal(shown, grammar.Format(read));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1d")]
    [InlineData("1.5s")]
    [InlineData("61m")]
    [InlineData("9223372036854775807h")]
    [InlineData("00:00:05")]
    public void Other_times_are_refused(string text) =>
        Assert.False(new Duration(TimeSpan.Zero, TimeSpan.FromHours(1)).TryRead(text, out _, out _));
}
