using System.Diagnostics;
using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

/// <summary>Where the specification of the protocol has a request's custom payload, and what is in it.</summary>
public sealed class TracePayloadTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_traced_request_carries_its_span_before_its_body(int number)
    {
        ProtocolVersion version = (ProtocolVersion)number;
        using Activity span = new("one");
        span.SetParentId(Parent).SetIdFormat(ActivityIdFormat.W3C).Start();
        byte[] plain = Execute(version, null);
        byte[] traced = Execute(version, span);

        // A bytes map: how many, then each key as a short string and each value as bytes with an int's length.
        byte[] payload = [0, 1, 0, 11, .. "traceparent"u8, 0, 0, 0, 55, .. System.Text.Encoding.ASCII.GetBytes(span.Id!)];
        Assert.Equal((0, 4), (plain[1], traced[1]));
        Assert.Equal(plain.Length + payload.Length, traced.Length);
        Assert.Equal(payload, traced[Requests.HeaderLength..(Requests.HeaderLength + payload.Length)]);
        Assert.Equal(plain[Requests.HeaderLength..], traced[(Requests.HeaderLength + payload.Length)..]);
        Assert.Equal(traced.Length - Requests.HeaderLength, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(traced.AsSpan(5)));
    }

    [Fact]
    public void The_state_goes_along_unless_it_is_longer_than_anybody_must_pass_on()
    {
        Assert.Equal(2, Entries("vendor=value"));
        Assert.Equal(1, Entries(new string('x', 513)));
    }

    private static int Entries(string state)
    {
        using Activity span = new("one") { TraceStateString = state };
        span.SetParentId(Parent).Start();
        return Execute(ProtocolVersion.V4, span)[Requests.HeaderLength + 1];
    }

    private static byte[] Execute(ProtocolVersion version, Activity? span)
    {
        OutputBuffer output = new();
        Requests.Execute(output, version, 7, new PreparedId([1, 2], [3], 0), ConsistencyLevel.LocalQuorum, 5, new Nothing(), span);
        return output.WrittenSpan.ToArray();
    }

    private sealed class Nothing : ICqlValues
    {
        public ReadOnlySpan<byte> PartitionKey => [];

        public int SizeHint => 0;

        public int Count => 0;

        public void Write(CqlValueWriter writer)
        {
        }
    }
}
