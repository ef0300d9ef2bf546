using System.Buffers.Binary;
using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

/// <summary>How requests travel in v5 (section 2 of its specification): headers and checksums written down by hand.</summary>
public sealed class SegmentWritingTests
{
    private const int PayloadMax = 131_071;

    private static readonly byte[] s_options = Bytes.Hex("05 00 0007 05 00000000");
    private static readonly byte[] s_register = Bytes.Hex("05 00 0008 0B 00000011 0001 000D 5354415455535F4348414E4745");

    [Fact]
    public void One_envelope_is_a_self_contained_segment() => Assert.Equal(
        Bytes.Hex("090002 A4C8C1 050000070500000000 A8B62D50"), Written(s_options));

    [Fact]
    public void Envelopes_that_wait_together_travel_in_one_segment() => Assert.Equal(
        Bytes.Hex("230002 11A25D 050000070500000000 050000080B000000110001000D5354415455535F4348414E4745 D5A1AD47"),
        Written([.. s_options, .. s_register]));

    [Fact]
    public void The_largest_envelope_that_fits_is_still_self_contained()
    {
        byte[] envelope = Envelope(PayloadMax);
        byte[] written = Written(envelope);

        Assert.Equal(6 + PayloadMax + 4, written.Length);
        Assert.Equal(Bytes.Hex("FFFF03 254047"), written[..6]);
        Assert.Equal(envelope, written[6..^4]);
    }

    [Fact]
    public void A_larger_envelope_is_spread_over_segments_that_are_not_self_contained()
    {
        byte[] envelope = Envelope(PayloadMax + 1);
        byte[] written = Written(envelope);

        Assert.Equal(Bytes.Hex("FFFF01 3891FE"), written[..6]);
        Assert.Equal(Bytes.Hex("010000 6F8715"), written[(6 + PayloadMax + 4)..][..6]);
        byte[] carried = [.. written[6..(6 + PayloadMax)], .. written[(6 + PayloadMax + 4 + 6)..][..1]];
        Assert.Equal(envelope, carried);
        Assert.Equal(6 + PayloadMax + 4 + 6 + 1 + 4, written.Length);
    }

    [Fact]
    public void Neighbours_of_a_large_envelope_stay_whole()
    {
        byte[] large = Envelope(PayloadMax + 1);
        byte[] written = Written([.. s_options, .. large, .. s_options, .. s_register]);

        List<(int Length, bool SelfContained)> segments = [];
        for (int at = 0; at < written.Length;)
        {
            int header = written[at] | (written[at + 1] << 8) | (written[at + 2] << 16);
            segments.Add((header & PayloadMax, (header & (1 << 17)) != 0));
            at += 6 + (header & PayloadMax) + 4;
        }

        Assert.Equal([(9, true), (PayloadMax, false), (1, false), (35, true)], segments);
    }

    /// <summary>What would not fit with the others begins a segment of its own.</summary>
    [Fact]
    public void A_segment_ends_between_envelopes()
    {
        byte[] written = Written([.. Envelope(PayloadMax - 9), .. s_options, .. s_options]);

        Assert.Equal(6 + PayloadMax + 4 + 6 + 9 + 4, written.Length);
        Assert.Equal(Bytes.Hex("090002 A4C8C1"), written[(6 + PayloadMax + 4)..][..6]);
    }

    private static byte[] Written(byte[] envelopes)
    {
        OutputBuffer output = new();
        Segments.Write(envelopes, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A request of so many bytes in all.</summary>
    private static byte[] Envelope(int length)
    {
        byte[] envelope = new byte[length];
        new Random(5).NextBytes(envelope);
        Bytes.Hex("05 00 0009 0A").CopyTo(envelope, 0);
        BinaryPrimitives.WriteInt32BigEndian(envelope.AsSpan(5), length - 9);
        return envelope;
    }
}
