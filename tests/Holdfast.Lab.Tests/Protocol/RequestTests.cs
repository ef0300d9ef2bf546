using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Requests;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

/// <summary>The bytes are worked out by hand from native_protocol_v4.spec and v5, section 4.1.</summary>
public sealed class RequestTests
{
    [Fact]
    public void STARTUP_is_a_string_map()
    {
        var inbound = Assert.Single(new Wire().Receive(Wire.StartupV4));
        Assert.Equal(1, inbound.Stream);
        var startup = Assert.IsType<StartupRequest>(inbound.Request);
        Assert.Equal("3.0.0", startup.Options["CQL_VERSION"]);
    }

    [Fact]
    public void QUERY_in_v4_has_its_flags_in_a_byte()
    {
        var query = Query(4, "04 00 0002 07 00000027 | 00000008 53454c4543542031 0006 35 " // flags: values, page size, serial, timestamp
            + "0001 00000001 aa | 00000064 | 0008 | 0000000000000005");
        Assert.Equal("SELECT 1", query.Query);
        Assert.Equal(ConsistencyLevel.LocalQuorum, query.Parameters.Consistency);
        Assert.Equal([0xAA], query.Parameters.Values[0].Bytes);
        Assert.Equal(100, query.Parameters.PageSize);
        Assert.Equal(ConsistencyLevel.Serial, query.Parameters.SerialConsistency);
        Assert.Equal(5, query.Parameters.Timestamp);
        Assert.False(query.Parameters.SkipMetadata);
    }

    [Fact]
    public void Values_may_be_null_not_set_or_named()
    {
        var parameters = Query(4, "04 00 0002 07 00000027 | 00000001 53 0001 41 0003 | 0001 61 ffffffff | 0001 62 fffffffe | 0001 63 00000001 07").Parameters;
        Assert.True(parameters.Values[0].IsNull);
        Assert.True(parameters.Values[1].IsUnset);
        Assert.Equal([7], parameters.Values[2].Bytes);
        Assert.Equal(["a", "b", "c"], parameters.Names);
    }

    [Fact]
    public void PREPARE_and_EXECUTE_in_v4()
    {
        var wire = Wire.Ready(4);
        var prepare = Assert.IsType<PrepareRequest>(wire.Receive("04 00 0003 09 00000005 | 00000001 53").Single().Request);
        Assert.Equal("S", prepare.Query);
        var execute = Assert.IsType<ExecuteRequest>(wire.Receive("04 00 0004 0a 00000007 | 0002 abcd 000a 02").Single().Request);
        Assert.Equal([0xAB, 0xCD], execute.Id);
        Assert.Null(execute.ResultMetadataId);
        Assert.True(execute.Parameters.SkipMetadata);
        Assert.Equal(ConsistencyLevel.LocalOne, execute.Parameters.Consistency);
    }

    [Fact]
    public void In_v5_flags_are_four_bytes_and_EXECUTE_names_the_result_s_metadata()
    {
        var execute = Assert.IsType<ExecuteRequest>(RequestReader.Read(
            Opcode.Execute, 5, FrameFlags.None, Wire.Bytes("0001 aa 0001 bb 0001 00000180 0002 6b73 00000009")));
        Assert.Equal([0xBB], execute.ResultMetadataId);
        Assert.Equal("ks", execute.Parameters.Keyspace);
        Assert.Equal(9, execute.Parameters.NowInSeconds);
        var prepare = Assert.IsType<PrepareRequest>(RequestReader.Read(
            Opcode.Prepare, 5, FrameFlags.None, Wire.Bytes("00000001 53 00000001 0002 6b73")));
        Assert.Equal("ks", prepare.Keyspace);
    }

    [Fact]
    public void REGISTER_AUTH_RESPONSE_OPTIONS_and_a_custom_payload_are_read()
    {
        var wire = Wire.Ready(4);
        var register = Assert.IsType<RegisterRequest>(
            wire.Receive("04 00 0001 0b 00000011 | 0001 000d 5354415455535f4348414e4745").Single().Request);
        Assert.Equal(["STATUS_CHANGE"], register.EventTypes);
        Assert.IsType<OptionsRequest>(wire.Receive("04 00 0001 05 00000000").Single().Request);
        var inbound = wire.Receive("04 06 0001 09 0000000f | 0001 0001 6b 00000001 00 | 00000001 53").Single();
        Assert.Equal("S", Assert.IsType<PrepareRequest>(inbound.Request).Query);
        Assert.True(inbound.WantsTrace);
    }

    [Fact]
    public void Frames_may_come_byte_by_byte_or_many_at_once()
    {
        var wire = Wire.Ready(4);
        byte[] options = Wire.Bytes("04 00 0001 05 00000000");
        List<Inbound> inbound = [];
        foreach (byte b in options)
        {
            inbound.AddRange(wire.Receive([b]));
        }

        Assert.Single(inbound);
        Assert.Equal(3, wire.Receive([.. options, .. options, .. options, 4]).Count);
    }

    private static QueryRequest Query(int version, string hex)
    {
        byte[] bytes = Wire.Bytes(hex);
        int length = bytes.Length - 9;
        (bytes[5], bytes[6], bytes[7], bytes[8]) = (0, 0, 0, (byte)length);
        return Assert.IsType<QueryRequest>(Wire.Ready(version).Receive(bytes).Single().Request);
    }
}
