using System.Buffers;

namespace Holdfast.Lab.Transport;

/// <summary>
/// Bytes between the loop thread, which adds, and a connection's writer, which takes all there is at once: many small answers
/// become one write. <see cref="DrainedAsync"/> is how the reader waits while too much is pending.
/// </summary>
internal sealed class PendingOutput(int pauseAt, int max) : IDisposable
{
    private readonly object gate = new();
    private readonly SemaphoreSlim added = new(0, 1);
    private byte[] filling = [];
    private int count;
    private int sending;
    private bool isComplete;
    private TaskCompletionSource? drained;

    /// <summary>False when the limit is passed: the bytes were not taken.</summary>
    public bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (isComplete)
            {
                return true;
            }

            if (bytes.Length > max - count)
            {
                return false;
            }

            if (filling.Length - count < bytes.Length)
            {
                Grow(bytes.Length);
            }

            bytes.CopyTo(filling.AsSpan(count));
            count += bytes.Length;
            Signal();
            return true;
        }
    }

    /// <summary>Nothing more will be added; the writer ends when it has sent what is there.</summary>
    public void Complete()
    {
        lock (gate)
        {
            if (isComplete)
            {
                return;
            }

            isComplete = true;
            drained?.TrySetResult();
            Signal();
        }
    }

    /// <summary>Sends what comes until the output is complete.</summary>
    public async Task SendToAsync(Stream stream, CancellationToken stop)
    {
        while (true)
        {
            await added.WaitAsync(stop).ConfigureAwait(false);
            var (buffer, length, last) = Take();
            try
            {
                if (length > 0)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, length), stop).ConfigureAwait(false);
                }
            }
            finally
            {
                Sent(buffer);
            }

            if (last)
            {
                return;
            }
        }
    }

    /// <summary>Completes when little enough is pending to go on reading.</summary>
    public Task DrainedAsync()
    {
        lock (gate)
        {
            if (isComplete || count + sending < pauseAt)
            {
                return Task.CompletedTask;
            }

            drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return drained.Task;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isComplete = true;
            Return(filling);
            filling = [];
            count = 0;
        }

        added.Dispose();
    }

    private (byte[] Buffer, int Length, bool Last) Take()
    {
        lock (gate)
        {
            var taken = (filling, count, isComplete);
            sending = count;
            filling = [];
            count = 0;
            return taken;
        }
    }

    private void Sent(byte[] buffer)
    {
        lock (gate)
        {
            sending = 0;
            Return(buffer);
            if (count < pauseAt)
            {
                drained?.TrySetResult();
                drained = null;
            }
        }
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(16 * 1024, Math.Max(count + more, filling.Length * 2)));
        filling.AsSpan(0, count).CopyTo(larger);
        Return(filling);
        filling = larger;
    }

    private void Signal()
    {
        if (added.CurrentCount == 0)
        {
            added.Release();
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
