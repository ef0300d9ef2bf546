using System.Buffers;
using Holdfast.Sessions;

namespace Holdfast.Embedded.Caching;

/// <summary>A lease on a value in managed memory. One per thread is kept for reuse: a read allocates nothing.</summary>
internal sealed class MemoryLease : SessionLease
{
    [ThreadStatic]
    private static MemoryLease? _spare;

    private byte[]? _value;
    private int _ttlSecondsLeft;

    public override int Length => Value.Length;

    public override int TtlSecondsLeft => _ttlSecondsLeft;

    private byte[] Value => _value ?? throw new ObjectDisposedException(nameof(MemoryLease));

    public static MemoryLease On(byte[] value, int ttlSecondsLeft)
    {
        MemoryLease lease = _spare ?? new MemoryLease();
        _spare = null;
        lease._value = value;
        lease._ttlSecondsLeft = ttlSecondsLeft;
        return lease;
    }

    public override void CopyTo(IBufferWriter<byte> destination) => destination.Write(Value);

    protected override void Dispose(bool disposing)
    {
        if (_value is not null)
        {
            _value = null;
            _spare = this;
        }
    }
}
