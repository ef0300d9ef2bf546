using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Holdfast.Sessions;

namespace Holdfast.Embedded.Writing;

/// <summary>
/// One set or delete on its way to the writer, and the task its caller awaits. Pooled: the caller's <c>await</c> gives it
/// back.
/// </summary>
/// <remarks>
/// The caller's memory is read by the writer thread, so a cancellation may complete the task only while the request still
/// waits. Whoever moves the state from Waiting decides: the writer takes it, or the cancellation drops it.
/// </remarks>
internal sealed class WriteRequest : IValueTaskSource<WriteResult>
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Dropped = 2;
    private const int PoolMax = 1024;

    private static readonly ConcurrentQueue<WriteRequest> Pool = new();

    private ManualResetValueTaskSourceCore<WriteResult> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private int _state;

    private WriteRequest()
    {
    }

    public SessionKey Key { get; private set; }

    public ReadOnlySequence<byte> Value { get; private set; }

    public SessionTtl Ttl { get; private set; }

    public bool IsDelete { get; private set; }

    public static WriteRequest Set(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl)
    {
        WriteRequest request = Rent(key);
        request.Value = value;
        request.Ttl = ttl;
        request.IsDelete = false;
        return request;
    }

    public static WriteRequest Delete(SessionKey key)
    {
        WriteRequest request = Rent(key);
        request.IsDelete = true;
        return request;
    }

    /// <summary>The caller's task; to be called once, before the request is queued.</summary>
    public ValueTask<WriteResult> Begin(CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        ValueTask<WriteResult> task = new(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static state => ((WriteRequest)state!).Cancel(), this);
        }

        return task;
    }

    /// <summary>The writer takes the request; false when its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>
    /// Completes the caller's task, whose continuation may run here and now. Nothing of the request may be touched
    /// afterwards.
    /// </summary>
    public void Complete(WriteResult result) => _source.SetResult(result);

    /// <summary>Completes a request that was never queued.</summary>
    public void Refuse(WriteResult result)
    {
        if (TryTake())
        {
            Complete(result);
        }
    }

    public WriteResult GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // Waits for a cancellation callback that is running, so that none can touch the next user's request.
            _registration.Dispose();

            // A dropped request is still in the queue: the writer passes over it, and it is never reused.
            if (_state == Taken && Pool.Count < PoolMax)
            {
                Key = default;
                Value = default;
                _registration = default;
                _source.Reset();
                _state = Waiting;
                Pool.Enqueue(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private static WriteRequest Rent(SessionKey key)
    {
        WriteRequest request = Pool.TryDequeue(out WriteRequest? pooled) ? pooled : new WriteRequest();
        request.Key = key;
        return request;
    }

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Dropped, Waiting) == Waiting)
        {
            _source.RunContinuationsAsynchronously = true; // never on the thread that cancels
            _source.SetException(new OperationCanceledException(_cancellation));
        }
    }
}
