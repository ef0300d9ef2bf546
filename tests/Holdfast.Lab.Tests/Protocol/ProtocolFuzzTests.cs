using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Framing;
using Holdfast.Lab.Protocol.Requests;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

public sealed class ProtocolFuzzTests(ITestOutputHelper output)
{
    private const int Frames = 100_000;
    private const int Seed = 20230124;

    private static readonly string[] Valid =
    [
        Wire.StartupV4,
        "04 00 0002 07 00000024 | 00000008 53454c4543542031 0006 35 0001 00000001 aa 00000064 0008 0000000000000005",
        "04 00 0003 09 00000005 | 00000001 53",
        "04 00 0004 0a 00000007 | 0002 abcd 000a 02",
        "04 00 0001 0b 00000011 | 0001 000d 5354415455535f4348414e4745",
        "04 00 0001 0f 00000008 | 00000004 00750070",
        "04 04 0001 05 00000000",
        "04 00 0005 0d 0000001b | 00 0001 00 00000001 53 0001 00000001 aa 0006 20 0000000000000005",
        "04 00 0001 0e 00000004 | 00000000",
        "04 06 0002 07 00000019 | 0001 0001 6b 00000001 ab 00000008 53454c4543542031 0006 00",
    ];

    /// <summary>The same in v5: flags of four bytes, a result's metadata id, keyspaces of their own.</summary>
    private static readonly string[] ValidV5 =
    [
        Wire.StartupV5,
        "05 00 0002 07 0000002f | 00000008 53454c4543542031 0006 000001b5 0001 00000001 aa 00000064 0008 0000000000000005 0002 6b73 00000009",
        "05 00 0003 09 0000000d | 00000001 53 00000001 0002 6b73",
        "05 00 0004 0a 0000000d | 0002 abcd 0001 bb 000a 00000002",
        "05 00 0005 0d 0000001e | 00 0001 00 00000001 53 0001 00000001 aa 0006 00000020 0000000000000005",
        "05 00 0001 0b 00000011 | 0001 000d 5354415455535f4348414e4745",
        "05 00 0001 0f 00000008 | 00000004 00750070",
        "05 00 0001 05 00000000",
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

    /// <summary>What is mutated is good itself, or the mutations would try nothing.</summary>
    [Fact]
    public void What_is_mutated_are_requests()
    {
        foreach (var (version, hex) in Valid.Select(v => (4, v)).Concat(ValidV5.Select(v => (5, v))))
        {
            var bytes = Wire.Bytes(hex);
            var (opcode, flags) = ((Opcode)bytes[4], (FrameFlags)bytes[1]);
            Assert.Equal(bytes.Length - FrameHeader.Size, FrameHeader.Read(bytes).Length);
            if (opcode != Opcode.AuthChallenge && flags != FrameFlags.CustomPayload)
            {
                Assert.Equal(opcode, RequestReader.Read(opcode, version, flags, bytes.AsSpan(FrameHeader.Size)).Opcode);
            }
        }
    }

    private static Wire Fresh(Random random) => random.Next(4) switch
    {
        0 => new Wire(),
        1 => Wire.Ready(5),
        _ => Wire.Ready(4),
    };

    private static byte[] Next(Random random, Wire wire)
    {
        var valid = wire.Protocol.Version == 5 || (wire.Protocol.Version == 0 && random.Next(2) == 0) ? ValidV5 : Valid;
        byte[] bytes = Wire.Bytes(valid[random.Next(valid.Length)]);

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
