using System.Buffers;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Transport.Memory;

/// <summary>One direction of a connection: what is sent arrives later, whole and in order, and so does the end behind it.</summary>
internal sealed class BytePipe
{
    private readonly Queue<(byte[] Buffer, int Length, Action? End)> underway = new();
    private readonly Scheduler scheduler;
    private readonly Func<TimeSpan> drawLatency;
    private readonly PieceArrived arrived;
    private readonly Action arriveNext;
    private TimeSpan lastDue;

    public BytePipe(Scheduler scheduler, Func<TimeSpan> drawLatency, PieceArrived arrived)
    {
        this.scheduler = scheduler;
        this.drawLatency = drawLatency;
        this.arrived = arrived;
        arriveNext = ArriveNext;
    }

    public delegate void PieceArrived(ReadOnlySpan<byte> bytes);

    /// <summary>Bytes sent that have not arrived.</summary>
    public int Underway { get; private set; }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        Underway += bytes.Length;
        Enqueue(buffer, bytes.Length, null);
    }

    /// <summary>Something that happens at the other side once everything sent before it has arrived.</summary>
    public void SendEnd(Action end) => Enqueue([], 0, end);

    /// <summary>No two pieces overtake each other, so that the next event always brings the oldest piece.</summary>
    private void Enqueue(byte[] buffer, int length, Action? end)
    {
        underway.Enqueue((buffer, length, end));
        var due = scheduler.Now + drawLatency();
        lastDue = due > lastDue ? due : lastDue;
        scheduler.At(lastDue, arriveNext);
    }

    private void ArriveNext()
    {
        var (buffer, length, end) = underway.Dequeue();
        if (end is not null)
        {
            end();
            return;
        }

        Underway -= length;
        arrived(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
