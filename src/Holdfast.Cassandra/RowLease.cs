using System.Buffers;
using Holdfast.Cql;
using Holdfast.Sessions;

namespace Holdfast.Cassandra;

/// <summary>A lease on a value in the frame that it was received in.</summary>
internal sealed class RowLease : SessionLease
{
    private CqlRows? _rows;
    private int _ttlSecondsLeft;

    public override int Length => Rows.Column(0).Length;

    public override int TtlSecondsLeft => _ttlSecondsLeft;

    private CqlRows Rows => _rows ?? throw new ObjectDisposedException(nameof(RowLease));

    public static RowLease On(CqlRows rows, int ttlSecondsLeft)
    {
        RowLease lease = Spare<RowLease>.Take();
        lease._rows = rows;
        lease._ttlSecondsLeft = ttlSecondsLeft;
        return lease;
    }

    public override void CopyTo(IBufferWriter<byte> destination) => destination.Write(Rows.Column(0));

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _rows, null) is not { } rows)
        {
            return;
        }

        rows.Dispose();
        Spare<RowLease>.GiveBack(this);
    }
}
