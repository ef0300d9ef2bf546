using System.Buffers;
using Holdfast.Cql;
using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>A session's value stays in the frame that it was received in until it is copied, once, to where it goes.</summary>
public sealed class RowLeaseTests
{
    [Fact]
    public void The_value_is_copied_when_it_is_asked_for_and_once()
    {
        byte[] frame = [1, 2, 3, 4];
        FrameRows rows = new(frame);
        Destination destination = new();
        using (RowLease lease = RowLease.On(rows, 60))
        {
            frame[0] = 9; // whatever was copied before now would not have it
            Assert.Equal((4, 60), (lease.Length, lease.TtlSecondsLeft));
            lease.CopyTo(destination);
            Assert.False(rows.IsGivenBack);
        }

        Assert.Equal([9, 2, 3, 4], destination.Written);
        Assert.Equal(1, destination.Times);
        Assert.True(rows.IsGivenBack);
    }

    /// <summary>Leases are used again for other sessions: who still has an old one must not read one of those.</summary>
    [Fact]
    public void A_lease_that_was_given_back_reads_nothing()
    {
        RowLease lease = RowLease.On(new FrameRows([1]), 0);
        lease.Dispose();
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => lease.CopyTo(new Destination()));
        using RowLease one = RowLease.On(new FrameRows([2]), 0);
        using RowLease other = RowLease.On(new FrameRows([3]), 0);
        Assert.NotSame(one, other);
    }

    private sealed class FrameRows(byte[] frame) : CqlRows
    {
        public bool IsGivenBack { get; private set; }

        public override int Count => 1;

        public override bool Read() => true;

        public override ReadOnlySpan<byte> Column(int index) => frame;

        public override bool IsNull(int index) => false;

        protected override void Dispose(bool disposing) => IsGivenBack = true;
    }

    private sealed class Destination : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[16];
        private int _length;

        public int Times { get; private set; }

        public byte[] Written => _bytes[.._length];

        public void Advance(int count)
        {
            _length += count;
            Times++;
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_length);

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_length);
    }
}
