using System.Collections.Concurrent;

namespace Holdfast.Embedded.Writing;

/// <summary>Requests that wait for the writer: many add, one thread takes. Bounded.</summary>
internal sealed class WriteQueue(int capacity) : IDisposable
{
    private readonly ConcurrentQueue<WriteRequest> _requests = new();
    private readonly SemaphoreSlim _wake = new(0);
    private int _count;
    private int _asleep;
    private int _closed;

    public int Count => Volatile.Read(ref _count);

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>
    /// True when nothing waits and nothing can come any more. An adder counts itself before it looks whether the queue is
    /// closed, so one that got in before the end is always still counted here.
    /// </summary>
    public bool IsDrained => IsClosed && Count == 0;

    /// <summary>False when the queue is full or closed; the request is then still the caller's.</summary>
    public bool TryAdd(WriteRequest request)
    {
        if (Interlocked.Increment(ref _count) > capacity || IsClosed)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _requests.Enqueue(request);
        WakeWriter();
        return true;
    }

    /// <summary>The next request, without waiting. Only the writer calls this.</summary>
    public bool TryTake(out WriteRequest request)
    {
        if (!_requests.TryDequeue(out request!))
        {
            return false;
        }

        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <summary>Sleeps until there is a request, the queue is closed, or so much time has passed. Only the writer calls this.</summary>
    public void Wait(TimeSpan atMost)
    {
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier(); // a request added before this line is seen below; one added after it wakes us
        if (_requests.IsEmpty && !IsClosed)
        {
            _wake.Wait(atMost);
        }

        Volatile.Write(ref _asleep, 0);
    }

    /// <summary>No request is taken any more; those that wait still are.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, 1);
        WakeWriter();
    }

    /// <summary>Ends the writer's wait, if it waits: there is something for it to look at.</summary>
    public void WakeWriter()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Release();
        }
    }

    public void Dispose() => _wake.Dispose();
}
