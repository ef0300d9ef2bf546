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

    private static byte[] V5(byte[] envelope) => [0x85, .. envelope.AsSpan(1)];
}
