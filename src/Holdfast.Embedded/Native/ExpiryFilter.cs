using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Holdfast.Embedded.Native.RocksDb;

namespace Holdfast.Embedded.Native;

/// <summary>The compaction filter that lets RocksDB reclaim expired entries while it rewrites files anyway.</summary>
/// <remarks>
/// What it drops becomes a tombstone where older versions may lie below, so nothing older can come back. It is called on
/// RocksDB's threads and must not throw.
/// </remarks>
internal sealed unsafe class ExpiryFilter : IDisposable
{
    private static readonly byte[] Name = "holdfast.expiry\0"u8.ToArray();
    private static readonly GCHandle PinnedName = GCHandle.Alloc(Name, GCHandleType.Pinned);

    private readonly GCHandle _time;
    private bool _disposed;

    public ExpiryFilter(TimeProvider time)
    {
        _time = GCHandle.Alloc(time);
        Handle = rocksdb_compactionfilter_create(GCHandle.ToIntPtr(_time), &OnDestroy, &Filter, &GetName);
    }

    public nint Handle { get; }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            rocksdb_compactionfilter_destroy(Handle);
            _time.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDestroy(nint state)
    {
        // The handle is freed by Dispose, after the filter.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetName(nint state) => (byte*)PinnedName.AddrOfPinnedObject();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Filter(
        nint state, int level, byte* key, nuint keyLength, byte* value, nuint valueLength,
        byte** newValue, nuint* newValueLength, byte* valueChanged)
    {
        TimeProvider time = (TimeProvider)GCHandle.FromIntPtr(state).Target!;
        ReadOnlySpan<byte> entry = new(value, (int)valueLength);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return EntryHeader.TryRead(entry, out EntryHeader header) && header.IsExpired(now) ? (byte)1 : (byte)0;
    }
}
