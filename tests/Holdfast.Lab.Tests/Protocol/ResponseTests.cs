using System.Net;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;
using Holdfast.Lab.Protocol.Types;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

/// <summary>The bytes are worked out by hand from native_protocol_v4.spec and v5, sections 4.2 and 9.</summary>
public sealed class ResponseTests
{
    private static readonly ColumnSpec Column = new("ks", "t", "v", CqlType.Text);

    [Fact]
    public void A_frame_has_version_flags_stream_opcode_and_length_in_front()
    {
        Assert.Equal(Wire.Hex("84 00 0007 02 00000000"), Wire.Ready(4).SendHex(7, new ReadyResponse()));
        Assert.Equal(
            Wire.Hex("84 00 ffff 0c 0000001e | 000d 5354415455535f4348414e4745 0004 444f574e 04 7f000102 00002352"),
            Wire.Ready(4).SendHex(-1, new StatusChangeEvent("DOWN", new IPEndPoint(IPAddress.Parse("127.0.1.2"), 9042))));
    }

    [Fact]
    public void Warnings_and_a_trace_id_come_before_the_body()
    {
        Guid trace = new("00112233-4455-6677-8899-aabbccddeeff");
        Assert.Equal(
            Wire.Hex("84 0a 0001 02 00000015 | 00112233445566778899aabbccddeeff | 0001 0001 77"),
            Convert.ToHexStringLower(Wire.Ready(4).Send(1, new ReadyResponse(), ["w"], trace)));
    }

    [Fact]
    public void Rows_have_metadata_and_values()
    {
        RowsResponse rows = new([Column], [[[0x61]], [null]]);
        Assert.Equal(
            Wire.Hex("00000002 | 00000001 00000001 0002 6b73 0001 74 | 0001 76 000d | 00000002 | 00000001 61 | ffffffff"),
            Wire.Body(4, rows));
        Assert.Equal(
            Wire.Hex("00000002 | 00000006 00000001 00000002 beef | 00000002 | 00000001 61 | ffffffff"),
            Wire.Body(4, rows with { SkipMetadata = true, PagingState = [0xBE, 0xEF] }));
        Assert.Equal(
            Wire.Hex("00000002 | 00000009 00000001 0001 99 0002 6b73 0001 74 | 0001 76 000d | 00000002 | 00000001 61 | ffffffff"),
            Wire.Body(5, rows with { SkipMetadata = true, NewMetadataId = [0x99] }));
    }

    [Fact]
    public void Types_are_options_within_options()
    {
        var map = CqlType.MapOf(CqlType.Text, CqlType.ListOf(CqlType.Int, frozen: true));
        RowsResponse rows = new([Column with { Type = map }, Column with { Type = CqlType.SetOf(CqlType.Uuid), Table = "u" }], []);
        Assert.Equal(
            Wire.Hex("00000002 | 00000000 00000002 | 0002 6b73 0001 74 0001 76 0021 000d 0020 0009 | 0002 6b73 0001 75 0001 76 0022 000c | 00000000"),
            Wire.Body(4, rows));
    }

    [Fact]
    public void A_prepared_statement_tells_its_markers_key_and_columns()
    {
        PreparedResponse prepared = new([1, 2], [3], [Column], [0], [Column]);
        Assert.Equal(
            Wire.Hex("00000004 | 0002 0102 | 00000001 00000001 00000001 0000 0002 6b73 0001 74 | 0001 76 000d | 00000001 00000001 0002 6b73 0001 74 | 0001 76 000d"),
            Wire.Body(4, prepared));
        Assert.Equal(
            Wire.Hex("00000004 | 0002 0102 | 0001 03 | 00000000 00000000 00000000 | 00000004 00000000"),
            Wire.Body(5, prepared with { Variables = [], PartitionKeyIndexes = [], ResultColumns = [] }));
    }

    [Fact]
    public void The_other_results()
    {
        Assert.Equal(Wire.Hex("00000001"), Wire.Body(4, new VoidResponse()));
        Assert.Equal(Wire.Hex("00000003 0002 6b73"), Wire.Body(4, new SetKeyspaceResponse("ks")));
        Assert.Equal(
            Wire.Hex("00000005 0007 44524f50504544 0005 5441424c45 0002 6b73 0001 74"),
            Wire.Body(4, new SchemaChangeResponse("DROPPED", "ks", "t")));
        Assert.Equal(
            Wire.Hex("000d 534348454d415f4348414e4745 0007 43524541544544 0008 4b45595350414345 0002 6b73"),
            Wire.Body(4, new SchemaChangeEvent("CREATED", "ks", null)));
        Assert.Equal(
            Wire.Hex("0001 000b 43514c5f56455253494f4e 0001 0005 332e342e35"),
            Wire.Body(4, new SupportedResponse([new("CQL_VERSION", ["3.4.5"])])));
        Assert.Equal(Wire.Hex("ffffffff"), Wire.Body(4, new AuthSuccessResponse()));
    }

    [Fact]
    public void Errors_carry_what_their_code_adds()
    {
        Assert.Equal(
            Wire.Hex("00001000 0001 6d 0006 00000002 00000001"), Wire.Body(4, new UnavailableError("m", ConsistencyLevel.LocalQuorum, 2, 1)));
        Assert.Equal(
            Wire.Hex("00001100 0001 6d 0007 00000001 00000004 0006 53494d504c45"),
            Wire.Body(4, new WriteTimeoutError("m", ConsistencyLevel.EachQuorum, 1, 4)));
        Assert.Equal(
            Wire.Hex("00001200 0001 6d 0006 00000001 00000002 01"),
            Wire.Body(4, new ReadTimeoutError("m", ConsistencyLevel.LocalQuorum, 1, 2, DataPresent: true)));
        Assert.Equal(Wire.Hex("00002500 0001 6d 0002 abcd"), Wire.Body(4, new UnpreparedError("m", [0xAB, 0xCD])));
        Assert.Equal(Wire.Hex("00002400 0001 6d 0002 6b73 0000"), Wire.Body(4, new AlreadyExistsError("m", "ks", "")));
        Assert.Equal(Wire.Hex("00001001 0001 6d"), Wire.Body(4, new ErrorResponse(ErrorCode.Overloaded, "m")));
    }

    [Fact]
    public void A_failure_counts_replicas_in_v4_and_names_them_in_v5()
    {
        FailedReplica failed = new(IPAddress.Parse("127.0.1.3"), 1);
        WriteFailureError write = new("m", ConsistencyLevel.LocalQuorum, 1, 2, [failed]);
        Assert.Equal(Wire.Hex("00001500 0001 6d 0006 00000001 00000002 00000001 0006 53494d504c45"), Wire.Body(4, write));
        Assert.Equal(Wire.Hex("00001500 0001 6d 0006 00000001 00000002 00000001 04 7f000103 0001 0006 53494d504c45"), Wire.Body(5, write));
        ReadFailureError read = new("m", ConsistencyLevel.One, 0, 1, [failed], DataPresent: false);
        Assert.Equal(Wire.Hex("00001300 0001 6d 0001 00000000 00000001 00000001 00"), Wire.Body(4, read));
    }
}
