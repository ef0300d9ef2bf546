using Holdfast.Lab.Protocol.Framing;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

public sealed class ProtocolFuzzTests(ITestOutputHelper output)
{
    private const int Frames = 100_000;
    private const int Seed = 20230124;

    private static readonly string[] Valid =
    [
        Wire.StartupV4,
        "04 00 0002 07 00000027 | 00000008 53454c4543542031 0006 35 0001 00000001 aa 00000064 0008 0000000000000005",
        "04 00 0003 09 00000005 | 00000001 53",
        "04 00 0004 0a 00000007 | 0002 abcd 000a 02",
        "04 00 0001 0b 00000011 | 0001 000d 5354415455535f4348414e4745",
        "04 00 0001 0f 00000008 | 00000004 00750070",
        "04 04 0001 05 00000000",
    ];

    [Fact]
    public void Any_bytes_are_requests_or_refusals_and_never_an_exception()
    {
        output.WriteLine($"seed {Seed}");
        Random random = new(Seed);
        int requests = 0;
        int refusals = 0;
        var wire = Fresh(random);
        for (int i = 0; i < Frames; i++)
        {
            var isOver = random.Next(8) == 0;
            foreach (var inbound in wire.Receive(Next(random, wire)))
            {
                isOver |= inbound.IsFatal;
                requests += inbound.Request is null ? 0 : 1;
                refusals += inbound.Refusal is null ? 0 : 1;
                Assert.True(inbound.Request is null != inbound.Refusal is null);
            }

            wire = isOver ? Fresh(random) : wire;
        }

        output.WriteLine($"{requests} requests, {refusals} refusals");
        Assert.True(requests > 1000 && refusals > 1000);
    }

    private static Wire Fresh(Random random) => random.Next(4) switch
    {
        0 => new Wire(),
        1 => Wire.Ready(5),
        _ => Wire.Ready(4),
    };

    private static byte[] Next(Random random, Wire wire)
    {
        byte[] bytes = Wire.Bytes(Valid[random.Next(Valid.Length)]);
        if (wire.Protocol.IsSegmented)
        {
            bytes[0] = 5;
        }

        if (random.Next(10) != 0)
        {
            for (int i = random.Next(4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
        }
        else
        {
            random.NextBytes(bytes);
        }

        if (wire.Protocol.IsSegmented && random.Next(4) != 0)
        {
            System.Buffers.ArrayBufferWriter<byte> segment = new();
            SegmentWriter.Write(segment, bytes);
            bytes = segment.WrittenSpan.ToArray();
        }

        // A length that promises a lot would only make the reader wait.
        return random.Next(6) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
