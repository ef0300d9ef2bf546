using System.Text;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;

namespace Holdfast.Cql.Tests.Transport;

/// <summary>A connection's end that keeps what it was told, and every breach of the rules of <see cref="IWireHandler"/>.</summary>
internal sealed class RecordingHandler : IWireHandler
{
    private readonly Lock _lock = new();
    private readonly OutputBuffer _waiting = new();
    private readonly OutputBuffer _received = new();
    private readonly byte[] _memory = new byte[64 * 1024];
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _receiving;
    private int _collecting;
    private int _closedCount;

    public Task Opened => _opened.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Task<string> Closed => _closed.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public bool WasOpened => _opened.Task.IsCompleted;

    public bool IsClosed => _closed.Task.IsCompleted;

    public int ClosedCount => Volatile.Read(ref _closedCount);

    /// <summary>What a wire must never do, in words.</summary>
    public List<string> Breaches { get; } = [];

    /// <summary>Called with what arrived, on the wire's thread.</summary>
    public Action<ReadOnlySpan<byte>>? WhenReceived { get; set; }

    /// <summary>Called before anything is collected.</summary>
    public Action? WhenCollecting { get; set; }

    /// <summary>All that has arrived, as text, once that is so many bytes.</summary>
    public async Task<string> ReceiveTextAsync(int count) => Encoding.UTF8.GetString(await ReceiveAsync(count));

    public void Enqueue(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _waiting.Bytes(bytes);
        }
    }

    /// <summary>All that has arrived, once that is so many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_received.Length >= count)
                {
                    return _received.Written.ToArray();
                }

                more = _arrived.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    void IWireHandler.Opened()
    {
        Check(!_opened.Task.IsCompleted, "opened twice");
        Check(!_closed.Task.IsCompleted, "opened after it was closed");
        _opened.TrySetResult();
    }

    Memory<byte> IWireHandler.ReceiveMemory()
    {
        Check(!_closed.Task.IsCompleted, "memory asked for after it was closed");
        Check(_opened.Task.IsCompleted, "memory asked for before it was open");
        return _memory;
    }

    void IWireHandler.Received(int count)
    {
        Check(Interlocked.Exchange(ref _receiving, 1) == 0, "two Received at once");
        Check(count > 0, "nothing received");
        Check(!_closed.Task.IsCompleted, "received after it was closed");
        try
        {
            WhenReceived?.Invoke(_memory.AsSpan(0, count));
            lock (_lock)
            {
                _received.Bytes(_memory.AsSpan(0, count));
                _arrived.SetResult();
                _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    /// <summary>True has the pool send what has gathered.</summary>
    public bool ExpectsMore { get; set; }

    bool IWireHandler.Collect(OutputBuffer output)
    {
        Check(Interlocked.Exchange(ref _collecting, 1) == 0, "two Collect at once");
        Check(!_closed.Task.IsCompleted, "collected after it was closed");
        Check(output.Length == 0, "the output to be filled is not empty");
        try
        {
            WhenCollecting?.Invoke();
            lock (_lock)
            {
                if (_waiting.Length == 0)
                {
                    return false;
                }

                _waiting.Swap(output);
                return true;
            }
        }
        finally
        {
            Volatile.Write(ref _collecting, 0);
        }
    }

    void IWireHandler.Closed(string reason)
    {
        Check(Volatile.Read(ref _receiving) == 0, "closed within Received");
        Check(Volatile.Read(ref _collecting) == 0, "closed within Collect");
        _ = Interlocked.Increment(ref _closedCount);
        _ = _closed.TrySetResult(reason);
    }

    private void Check(bool holds, string breach)
    {
        if (!holds)
        {
            lock (_lock)
            {
                Breaches.Add(breach);
            }
        }
    }
}
