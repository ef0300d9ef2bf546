using System.Buffers.Binary;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>Flags of a request's header that a node tolerates, and what they bring about.</summary>
public sealed class FrameFlagTests
{
    private const byte Query = 0x07;
    private const byte Options = 0x05;
    private const byte Tracing = 0x02;
    private const byte CustomPayload = 0x04;
    private const byte Warning = 0x08;
    private const byte UseBeta = 0x10;

    private readonly FrameLab lab = new();

    [Theory]
    [InlineData(4, "SELECT value FROM s.t WHERE key = 'a'", FrameLab.Result)]
    [InlineData(5, "SELECT value FROM s.t WHERE key = 'a'", FrameLab.Result)]
    [InlineData(4, "SELECT value FROM s.nowhere", FrameLab.Error)]
    public void A_traced_request_gets_the_id_of_its_trace_before_its_answer(byte version, string statement, int opcode)
    {
        var client = lab.Connected(0, version);
        var plain = lab.Ask(client, client.Query(statement), opcode);
        var traced = Traced();
        Assert.Equal((0, Tracing), (plain.Flags, traced.Flags));
        Assert.Equal(plain.Body, traced.Body[16..]);
        Assert.Equal(1, traced.Body[6] >> 4); // a UUID of version 1, of this moment
        var time = (BinaryPrimitives.ReadUInt16BigEndian(traced.Body.AsSpan(6)) & 0x0FFFL) << 48
            | ((long)BinaryPrimitives.ReadUInt16BigEndian(traced.Body.AsSpan(4)) << 32) | BinaryPrimitives.ReadUInt32BigEndian(traced.Body);
        var at = new DateTime(1582, 10, 15, 0, 0, 0, DateTimeKind.Utc).AddTicks(time);
        Assert.InRange(lab.Cluster[0].UtcNow.UtcDateTime - at, TimeSpan.FromMilliseconds(-1), TimeSpan.FromSeconds(1));
        Assert.NotEqual(traced.Body[..16], Traced().Body[..16]);

        WireClient.Frame Traced() => lab.Ask(client, client.Ask(Query, client.QueryBody(statement), Tracing), opcode);
    }

    [Fact]
    public void What_is_not_executed_is_not_traced() =>
        Assert.Equal(0, lab.Ask(lab.Client, lab.Client.Ask(Options, [], Tracing)).Flags);

    [Fact]
    public void A_custom_payload_is_skipped_and_the_other_flags_are_ignored()
    {
        var body = lab.Client.QueryBody("SELECT value FROM s.t WHERE key = 'a'");
        byte[] payload = [0, 1, 0, 1, (byte)'k', 0, 0, 0, 2, 0xAB, 0xCD];
        var plain = lab.Ask(lab.Client, lab.Client.Ask(Query, body), FrameLab.Result);
        var other = lab.Ask(lab.Client, lab.Client.Ask(Query, [.. payload, .. body], CustomPayload), FrameLab.Result);
        Assert.Equal(plain.Body, other.Body);
        other = lab.Ask(lab.Client, lab.Client.Ask(Query, body, Warning | UseBeta), FrameLab.Result);
        Assert.Equal((0, Convert.ToHexString(plain.Body)), (other.Flags, Convert.ToHexString(other.Body)));
    }
}
