using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

public sealed class EnvelopeReaderTests
{
    private static readonly byte[] s_ready = Bytes.Hex("84 00 0001 02 00000000");
    private static readonly byte[] s_event = Bytes.Hex("84 00 FFFF 0C 00000003 41 42 43");

    [Fact]
    public void Envelopes_come_out_as_they_went_in_wherever_they_are_split()
    {
        byte[] all = [.. s_ready, .. s_event, .. s_ready];
        for (int split = 0; split <= all.Length; split++)
        {
            EnvelopeReader reader = new(1 << 20);
            var read = reader.Feed(all.AsSpan(0, split)).Concat(reader.Feed(all.AsSpan(split))).ToList();

            Assert.Equal([Opcode.Ready, Opcode.Event, Opcode.Ready], read.Select(envelope => envelope.Opcode));
            Assert.Equal([1, -1, 1], read.Select(envelope => (int)envelope.Stream));
            Assert.Equal("ABC"u8, read[1].Body);
        }
    }

    [Fact]
    public void Envelopes_in_segments_come_out_as_they_went_in_wherever_they_are_split()
    {
        byte[] all = [.. s_ready, .. Bytes.Segment(true, [.. V5(s_event), .. V5(s_ready)]), .. Bytes.Segment(true, V5(s_event))];
        for (int split = s_ready.Length; split <= all.Length; split++)
        {
            EnvelopeReader reader = new(1 << 20);
            var first = reader.Feed(all.AsSpan(0, s_ready.Length));
            reader.UseSegments();
            var read = reader.Feed(all.AsSpan(s_ready.Length..split)).Concat(reader.Feed(all.AsSpan(split))).ToList();

            Assert.Single(first);
            Assert.Equal([Opcode.Event, Opcode.Ready, Opcode.Event], read.Select(envelope => envelope.Opcode));
        }
    }

    [Fact]
    public void It_knows_what_lies_here_whole()
    {
        Assert.Equal([true, true, false], Foretold([.. s_ready, .. s_event, .. s_ready, .. s_ready.AsSpan(0, 8)], segments: false));
        byte[] segments = [.. Bytes.Segment(true, [.. V5(s_event), .. V5(s_ready), .. V5(s_event)]), .. Bytes.Segment(true, V5(s_event))];
        Assert.Equal([true, true, false, false], Foretold(segments, segments: true)); // the last one's checksum was not looked at yet
    }

    /// <summary>After each envelope, whether the next one was said to be there.</summary>
    private static List<bool> Foretold(ReadOnlySpan<byte> bytes, bool segments)
    {
        EnvelopeReader reader = new(1 << 20);
        if (segments)
        {
            reader.UseSegments();
        }

        bytes.CopyTo(reader.GetMemory().Span);
        reader.Advance(bytes.Length);
        List<bool> foretold = [];
        while (reader.TryRead(out _))
        {
            foretold.Add(reader.HasNext);
        }

        return foretold;
    }

    private static byte[] V5(byte[] envelope) => [0x85, .. envelope.AsSpan(1)];
}
