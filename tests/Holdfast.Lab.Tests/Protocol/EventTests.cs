using System.Net;
using Holdfast.Lab.Protocol.Responses;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

/// <summary>Events, by hand from native_protocol_v4.spec 4.2.6: a type and a change as strings, then an address with its port, or what changed.</summary>
public sealed class EventTests
{
    private const string Topology = "000f 544f504f4c4f47595f4348414e4745"; // TOPOLOGY_CHANGE
    private const string Status = "000d 5354415455535f4348414e4745"; // STATUS_CHANGE
    private const string Schema = "000d 534348454d415f4348414e4745"; // SCHEMA_CHANGE
    private const string Address = "04 7f000102 00002352"; // 127.0.1.2, port 9042

    private static readonly IPEndPoint Node = new(IPAddress.Parse("127.0.1.2"), 9042);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_event_is_known_to_the_byte(int version)
    {
        AssertBody(Topology + "0008 4e45575f4e4f4445" + Address, new TopologyChangeEvent("NEW_NODE", Node));
        AssertBody(Topology + "000c 52454d4f5645445f4e4f4445" + Address, new TopologyChangeEvent("REMOVED_NODE", Node));
        AssertBody(Status + "0002 5550" + Address, new StatusChangeEvent("UP", Node));
        AssertBody(Status + "0004 444f574e" + Address, new StatusChangeEvent("DOWN", Node));
        AssertBody(Schema + "0007 43524541544544 0008 4b45595350414345 0002 6b73", new SchemaChangeEvent("CREATED", "ks", null));
        AssertBody(Schema + "0007 55504441544544 0005 5441424c45 0002 6b73 0001 74", new SchemaChangeEvent("UPDATED", "ks", "t"));
        AssertBody(Schema + "0007 44524f50504544 0005 5441424c45 0002 6b73 0001 74", new SchemaChangeEvent("DROPPED", "ks", "t"));

        void AssertBody(string hex, Response happened) => Assert.Equal(Wire.Hex(hex), Wire.Body(version, happened));
    }

    /// <summary>An address of version 6 has 16 bytes.</summary>
    [Fact]
    public void An_address_says_how_long_it_is() => Assert.Equal(
        Wire.Hex(Status + "0002 5550 10 00000000000000000000000000000001 00002352"),
        Wire.Body(4, new StatusChangeEvent("UP", new IPEndPoint(IPAddress.IPv6Loopback, 9042))));

    [Fact]
    public void An_event_is_a_frame_of_stream_minus_one() => Assert.StartsWith(
        Wire.Hex("84 00 ffff 0c"), Wire.Ready(4).SendHex(-1, new StatusChangeEvent("UP", Node)), StringComparison.Ordinal);
}
