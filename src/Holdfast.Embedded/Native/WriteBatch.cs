using System.Buffers;
using static Holdfast.Embedded.Native.RocksDb;

namespace Holdfast.Embedded.Native;

/// <summary>A batch of writes that RocksDB applies as one, reused from commit to commit.</summary>
internal sealed unsafe class WriteBatch : IDisposable
{
    private bool _disposed;

    public nint Handle { get; } = rocksdb_writebatch_create();

    public void Clear() => rocksdb_writebatch_clear(Handle);

    /// <summary>Adds header and value under the key, straight from the caller's memory: the only copy is RocksDB's.</summary>
    public void Put(ReadOnlySpan<byte> key, EntryHeader header, in ReadOnlySequence<byte> value)
    {
        if (!value.IsSingleSegment)
        {
            PutSegments(key, header, value);
            return;
        }

        Span<byte> head = stackalloc byte[EntryHeader.Length];
        header.Write(head);
        fixed (byte* keyPointer = key)
        fixed (byte* headPointer = head)
        fixed (byte* valuePointer = value.FirstSpan)
        {
            byte** parts = stackalloc byte*[2] { headPointer, valuePointer };
            nuint* lengths = stackalloc nuint[2] { EntryHeader.Length, (nuint)value.FirstSpan.Length };
            nuint keyLength = (nuint)key.Length;
            rocksdb_writebatch_putv(Handle, 1, &keyPointer, &keyLength, 2, parts, lengths);
        }
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
        {
            rocksdb_writebatch_delete(Handle, pointer, (nuint)key.Length);
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            rocksdb_writebatch_destroy(Handle);
        }
    }

    private void PutSegments(ReadOnlySpan<byte> key, EntryHeader header, in ReadOnlySequence<byte> value)
    {
        List<MemoryHandle> pins = [];
        byte*[] parts;
        List<nuint> lengths = [EntryHeader.Length];
        byte[] head = new byte[EntryHeader.Length];
        header.Write(head);
        try
        {
            pins.Add(head.AsMemory().Pin());
            foreach (ReadOnlyMemory<byte> segment in value)
            {
                pins.Add(segment.Pin());
                lengths.Add((nuint)segment.Length);
            }

            parts = new byte*[pins.Count];
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = (byte*)pins[i].Pointer;
            }

            fixed (byte* keyPointer = key)
            fixed (byte** partPointers = parts)
            fixed (nuint* lengthPointers = lengths.ToArray())
            {
                nuint keyLength = (nuint)key.Length;
                rocksdb_writebatch_putv(Handle, 1, &keyPointer, &keyLength, parts.Length, partPointers, lengthPointers);
            }
        }
        finally
        {
            foreach (MemoryHandle pin in pins)
            {
                pin.Dispose();
            }
        }
    }
}
