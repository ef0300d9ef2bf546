using System.Buffers;
using Holdfast.Embedded.Native;
using Holdfast.Sessions;

namespace Holdfast.Embedded.Caching;

/// <summary>A lease on a value where RocksDB keeps it, for those not worth caching, or too large. Keeps the database open.</summary>
internal sealed class PinnedLease(RocksDatabase database, nint slice, int ttlSecondsLeft) : SessionLease
{
    private nint _slice = slice;

    public override int Length => Value.Length;

    public override int TtlSecondsLeft => ttlSecondsLeft;

    private ReadOnlySpan<byte> Value => _slice != 0
        ? RocksDatabase.ValueOf(_slice)[EntryHeader.Length..]
        : throw new ObjectDisposedException(nameof(PinnedLease));

    public override void CopyTo(IBufferWriter<byte> destination) => destination.Write(Value);

    protected override void Dispose(bool disposing)
    {
        nint owned = Interlocked.Exchange(ref _slice, 0);
        if (owned != 0)
        {
            RocksDatabase.Unpin(owned);
            database.Release();
        }
    }
}
