using System.Buffers.Binary;
using System.Net.Sockets;
using Holdfast.Cql.Transport;
using Xunit;

namespace Holdfast.Cql.Tests.Transport;

public sealed class TransferTests
{
    private readonly SocketTransport _transport = new(null, TimeProvider.System);
    private readonly RecordingHandler _handler = new();

    [Fact]
    public async Task Large_transfers_pass_both_ways_at_once_while_either_side_is_slow()
    {
        const int length = 24 * 1024 * 1024;
        using LoopbackServer server = new();
        byte[] there = Noise(1, length);
        byte[] back = Noise(2, length);
        IWire wire = _transport.Connect(server.EndPoint, _handler, TimeSpan.FromSeconds(30));
        using NetworkStream peer = new(await server.AcceptAsync(), ownsSocket: true);
        await _handler.Opened;

        // Nobody reads yet: a flush that waited for the socket would never return.
        _handler.Enqueue(there);
        wire.Flush();
        _handler.Enqueue("and more"u8);
        wire.Flush();
        Task sending = peer.WriteAsync(back).AsTask();
        byte[] arrived = await LoopbackServer.ReadAsync(peer, length + 8);
        await sending;

        Assert.True(there.AsSpan().SequenceEqual(arrived.AsSpan(0, length)));
        Assert.Equal("and more"u8, arrived.AsSpan(length));
        byte[] received = await _handler.ReceiveAsync(length);
        Assert.True(back.AsSpan().SequenceEqual(received));
        wire.Close("enough");
        await _handler.Closed;
        Assert.Empty(_handler.Breaches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thousands_of_small_flushes_of_several_threads_arrive_whole_and_in_order(bool gathered)
    {
        _handler.ExpectsMore = gathered;
        const int threads = 4;
        const int each = 5_000;
        using LoopbackServer server = new();
        IWire wire = _transport.Connect(server.EndPoint, _handler, TimeSpan.FromSeconds(30));
        using NetworkStream peer = new(await server.AcceptAsync(), ownsSocket: true);
        Task<byte[]> reading = LoopbackServer.ReadAsync(peer, threads * each * 8);

        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            byte[] message = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(message, thread);
            for (int i = 0; i < each; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), i);
                _handler.Enqueue(message);
                wire.Flush();
            }
        })));

        byte[] arrived = await reading;
        int[] next = new int[threads];
        for (int at = 0; at < arrived.Length; at += 8)
        {
            int thread = BinaryPrimitives.ReadInt32BigEndian(arrived.AsSpan(at));
            Assert.Equal(next[thread]++, BinaryPrimitives.ReadInt32BigEndian(arrived.AsSpan(at + 4)));
        }

        wire.Close("enough");
        await _handler.Closed;
        Assert.Empty(_handler.Breaches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task However_many_threads_end_a_busy_connection_it_ends_once_and_is_still_after(bool gathered)
    {
        using LoopbackServer server = new();
        for (int round = 0; round < 60; round++)
        {
            RecordingHandler handler = new() { ExpectsMore = gathered };
            IWire wire = _transport.Connect(server.EndPoint, handler, TimeSpan.FromSeconds(30));
            using Socket peer = await server.AcceptAsync();
            Task echo = Echo(peer);
            bool early = round % 3 == 0;
            if (!early)
            {
                await handler.Opened;
            }

            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                for (int i = 0; i < 200; i++)
                {
                    handler.Enqueue("some bytes that are echoed"u8);
                    wire.Flush();
                    if (i == 50 + thread)
                    {
                        wire.Close($"thread {thread}");
                    }
                }
            })));

            Assert.StartsWith("thread ", await handler.Closed, StringComparison.Ordinal);
            wire.Flush();
            wire.Close("again");
            await echo;
            Assert.Equal(1, handler.ClosedCount);
            Assert.Empty(handler.Breaches);
        }
    }

    [Fact]
    public async Task A_send_that_nobody_takes_ends_with_the_connection()
    {
        using LoopbackServer server = new();
        IWire wire = _transport.Connect(server.EndPoint, _handler, TimeSpan.FromSeconds(30));
        using Socket peer = await server.AcceptAsync();
        await _handler.Opened;
        _handler.Enqueue(new byte[32 * 1024 * 1024]);
        wire.Flush();

        wire.Close("no patience");

        Assert.Equal("no patience", await _handler.Closed);
        Assert.Empty(_handler.Breaches);
    }

    private static async Task Echo(Socket peer)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await peer.ReceiveAsync(buffer, SocketFlags.None)) > 0)
            {
                await peer.SendAsync(buffer.AsMemory(0, count), SocketFlags.None);
            }
        }
        catch (SocketException)
        {
            // The wire was closed while answers were under way.
        }
    }

    private static byte[] Noise(int seed, int length)
    {
        byte[] noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
