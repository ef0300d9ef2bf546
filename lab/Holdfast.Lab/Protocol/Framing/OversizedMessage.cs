namespace Holdfast.Lab.Protocol.Framing;

/// <summary>A message beyond the limit, while its bytes come in and are dropped.</summary>
/// <param name="header">What it said of itself.</param>
/// <param name="length">All of it, its header included.</param>
internal sealed class OversizedMessage(FrameHeader header, long length)
{
    private long left = length;

    public FrameHeader Header => header;

    public long Length { get; } = length;

    /// <summary>Drops what has come of it. True once all of it has.</summary>
    public bool Drop(ByteQueue frames)
    {
        int dropped = (int)Math.Min(left, frames.Count);
        frames.Drop(dropped);
        left -= dropped;
        return left == 0;
    }
}
