using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

/// <summary>Rows are a lease on the buffer that they were received in: a value is copied once, by whoever takes it.</summary>
public sealed class ReceivedInPlaceTests
{
    /// <summary>A result of one row of one value, 010203, without metadata.</summary>
    private const string Row = "08 00000017 00000002 00000004 00000001 00000001 00000003 010203";

    [Fact]
    public void A_value_of_v4_is_read_where_it_was_received() => AssertInPlace(new EnvelopeReader(1 << 20), Bytes.Hex("84 00 0001" + Row));

    [Fact]
    public void A_value_of_v5_is_read_where_it_was_received()
    {
        EnvelopeReader reader = new(1 << 20);
        reader.UseSegments();
        AssertInPlace(reader, Bytes.Segment(true, Bytes.Hex("85 00 0001" + Row)));
    }

    /// <summary>What arrives while somebody still reads the value goes elsewhere.</summary>
    [Fact]
    public void A_value_stays_as_it_is_until_its_lease_is_given_back()
    {
        EnvelopeReader reader = new(1 << 20);
        using CqlRows rows = Receive(reader, Bytes.Hex("84 00 0001" + Row), out _);
        byte[] noise = Bytes.Hex("84 00 0002 08 0000000C 00000001 FFFFFFFF FFFFFFFF");
        for (int i = 0; i < 10_000; i++)
        {
            noise.CopyTo(reader.GetMemory());
            reader.Advance(noise.Length);
            Assert.True(reader.TryRead(out _));
        }

        reader.Close();
        Assert.Equal(Bytes.Hex("010203"), rows.Column(0).ToArray());
    }

    private static void AssertInPlace(EnvelopeReader reader, byte[] answer)
    {
        using CqlRows rows = Receive(reader, answer, out Memory<byte> received);

        Assert.Equal(Bytes.Hex("010203"), rows.Column(0).ToArray());
        Assert.True(received.Span.Overlaps(rows.Column(0), out int offset));
        Assert.InRange(offset, 1, answer.Length);
    }

    private static CqlRows Receive(EnvelopeReader reader, byte[] answer, out Memory<byte> received)
    {
        received = reader.GetMemory();
        answer.CopyTo(received);
        reader.Advance(answer.Length);
        Assert.True(reader.TryRead(out Envelope envelope));
        CqlRows rows = Responses.ReadResult(envelope, null)!;
        Assert.True(rows.Read());
        return rows;
    }
}
