using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

/// <summary>Every request, byte for byte as the specifications of v4 and v5 have it (section 4.1); written down by hand.</summary>
public sealed class RequestVectorTests
{
    private const string Select1 = "53454C4543542031"; // SELECT 1

    [Theory]
    [InlineData(4, "04 00 0000 01 00000016 0001 000B 43514C5F56455253494F4E 0005 332E302E30")]
    [InlineData(5, "05 00 0000 01 00000016 0001 000B 43514C5F56455253494F4E 0005 332E302E30")]
    public void Startup_is_a_map_of_texts(int version, string expected) =>
        AssertWrites(expected, output => Requests.Startup(output, Version(version), 0, [new("CQL_VERSION", "3.0.0")]));

    [Theory]
    [InlineData(4, "04 00 0007 05 00000000")]
    [InlineData(5, "05 00 0007 05 00000000")]
    public void Options_is_empty(int version, string expected) =>
        AssertWrites(expected, output => Requests.Options(output, Version(version), 7));

    [Theory]
    [InlineData(4, "04 00 0001 0F 00000008 00000004 00750070")]
    [InlineData(5, "05 00 0001 0F 00000008 00000004 00750070")]
    public void An_authentication_response_is_the_token(int version, string expected) =>
        AssertWrites(expected, output => Requests.AuthResponse(output, Version(version), 1, "\0u\0p"u8));

    [Theory]
    [InlineData(4, "04 00 7FFF 0B 00000022 0002 000D 5354415455535F4348414E4745 000F 544F504F4C4F47595F4348414E4745")]
    [InlineData(5, "05 00 7FFF 0B 00000022 0002 000D 5354415455535F4348414E4745 000F 544F504F4C4F47595F4348414E4745")]
    public void Register_is_a_list_of_texts(int version, string expected) =>
        AssertWrites(expected, output => Requests.Register(output, Version(version), short.MaxValue, ["STATUS_CHANGE", "TOPOLOGY_CHANGE"]));

    [Theory]
    [InlineData(4, "04 00 0003 09 0000000C 00000008 " + Select1)]
    [InlineData(5, "05 00 0003 09 00000010 00000008 " + Select1 + "00000000")] // v5 has flags: no keyspace
    public void Prepare_is_a_long_text_and_in_v5_flags(int version, string expected) =>
        AssertWrites(expected, output => Requests.Prepare(output, Version(version), 3, "SELECT 1"));

    [Theory]
    [InlineData(4, "04 00 0100 07 0000000F 00000008 " + Select1 + "0006 00")]
    [InlineData(5, "05 00 0100 07 00000012 00000008 " + Select1 + "0006 00000000")]
    public void Query_has_a_level_and_flags_of_a_byte_in_v4_and_of_an_int_in_v5(int version, string expected) =>
        AssertWrites(expected, output => Requests.Query(output, Version(version), 256, "SELECT 1", ConsistencyLevel.LocalQuorum));

    /// <summary>Flags 23: values, no metadata in the answer, a timestamp. Unset is -2, null -1.</summary>
    [Theory]
    [InlineData(4, "04 00 0002 0A 00000027 0002 ABCD 0006 23 0004 00000002 0102 FFFFFFFF FFFFFFFE 00000004 00000007 0102030405060708")]
    [InlineData(5, "05 00 0002 0A 0000002D 0002 ABCD 0001 EF 0006 00000023 0004 00000002 0102 FFFFFFFF FFFFFFFE 00000004 00000007 0102030405060708")]
    public void Execute_names_the_statement_and_in_v5_the_metadata_that_is_known(int version, string expected) =>
        AssertWrites(expected, output => Requests.Execute(
            output, Version(version), 2, new PreparedId([0xAB, 0xCD], [0xEF], 3), ConsistencyLevel.LocalQuorum, 0x0102030405060708,
            new FourValues()));

    [Theory]
    [InlineData(4, "04 00 0002 0A 00000007 0002 ABCD 0007 00")]
    [InlineData(5, "05 00 0002 0A 0000000D 0002 ABCD 0001 EF 0007 00000000")]
    public void Execute_without_values_timestamp_and_rows_has_no_flags(int version, string expected) =>
        AssertWrites(expected, output => Requests.Execute(
            output, Version(version), 2, new PreparedId([0xAB, 0xCD], [0xEF], 0), ConsistencyLevel.EachQuorum, null, new NoValues()));

    /// <summary>A bigint's eight bytes, and a value that lies in several pieces.</summary>
    [Fact]
    public void Values_are_their_length_and_their_bytes()
    {
        OutputBuffer output = new();
        CqlValueWriter writer = new(output);
        writer.WriteInt64(-2);
        writer.WriteBytes(Pieces([1, 2], [3]));
        writer.WriteBytes([]);

        Assert.Equal(Bytes.Hex("00000008 FFFFFFFFFFFFFFFE 00000003 010203 00000000"), output.WrittenSpan.ToArray());
    }

    /// <summary>Half an envelope would take every later one with it.</summary>
    [Fact]
    public void What_cannot_be_written_leaves_what_waits_before_it_as_it_was()
    {
        OutputBuffer output = new();
        Requests.Options(output, ProtocolVersion.V5, 7);
        byte[] before = output.WrittenSpan.ToArray();
        PreparedId inV4 = new([1], null, 0);

        Assert.Throws<ArgumentException>(() =>
            Requests.Execute(output, ProtocolVersion.V5, 8, inV4, ConsistencyLevel.One, null, new NoValues()));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Requests.Execute(output, ProtocolVersion.V4, 8, inV4, ConsistencyLevel.One, -1, new NoValues()));
        Assert.Throws<InvalidOperationException>(() =>
            Requests.Execute(output, ProtocolVersion.V4, 8, inV4, ConsistencyLevel.One, null, new BrokenValues()));
        Assert.Equal(before, output.WrittenSpan.ToArray());
    }

    private static ProtocolVersion Version(int number) => (ProtocolVersion)number;

    private static void AssertWrites(string expected, Action<OutputBuffer> write)
    {
        OutputBuffer output = new();
        write(output);
        Assert.Equal(Convert.ToHexString(Bytes.Hex(expected)), Convert.ToHexString(output.WrittenSpan));
    }

    private static System.Buffers.ReadOnlySequence<byte> Pieces(byte[] first, byte[] second)
    {
        Piece end = new(second, first.Length, null);
        return new(new Piece(first, 0, end), 0, end, second.Length);
    }

    private sealed class Piece : System.Buffers.ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long before, Piece? next)
        {
            Memory = bytes;
            RunningIndex = before;
            Next = next;
        }
    }

    private class NoValues : ICqlValues
    {
        public ReadOnlySpan<byte> PartitionKey => [];

        public int SizeHint => 0;

        public virtual int Count => 0;

        public virtual void Write(CqlValueWriter writer)
        {
        }
    }

    private sealed class FourValues : NoValues
    {
        public override int Count => 4;

        public override void Write(CqlValueWriter writer)
        {
            writer.WriteBytes([1, 2]);
            writer.WriteNull();
            writer.WriteUnset();
            writer.WriteInt32(7);
        }
    }

    private sealed class BrokenValues : NoValues
    {
        public override int Count => 2;

        public override void Write(CqlValueWriter writer)
        {
            writer.WriteBytes([1, 2]);
            throw new InvalidOperationException("the second one");
        }
    }
}
