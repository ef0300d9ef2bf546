namespace Holdfast.Lab.Protocol.Framing;

/// <summary>Bytes that came in and are not yet used up.</summary>
internal sealed class ByteQueue
{
    private const int FirstSize = 1024;

    /// <summary>One large message does not hold its memory for as long as the connection lives.</summary>
    private const int KeptMax = 1024 * 1024;

    private byte[] bytes = new byte[FirstSize];
    private int start;
    private int end;

    public int Count => end - start;

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(start, Count);

    public void Append(ReadOnlySpan<byte> more)
    {
        if (bytes.Length - end < more.Length)
        {
            MakeRoom(more.Length);
        }

        more.CopyTo(bytes.AsSpan(end));
        end += more.Length;
    }

    public void Drop(int count)
    {
        start += count;
        if (start == end)
        {
            start = 0;
            end = 0;
            if (bytes.Length > KeptMax)
            {
                bytes = new byte[FirstSize];
            }
        }
    }

    private void MakeRoom(int more)
    {
        int count = Count;
        var target = count + more <= bytes.Length ? bytes : new byte[Math.Max(bytes.Length * 2, count + more)];
        Bytes.CopyTo(target);
        bytes = target;
        start = 0;
        end = count;
    }
}
