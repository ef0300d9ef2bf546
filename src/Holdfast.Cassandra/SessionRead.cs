using System.Threading.Tasks.Sources;
using Holdfast.Cql;
using Holdfast.Sessions;

namespace Holdfast.Cassandra;

/// <summary>
/// One read on its way: what the client awaits, as a session. Whoever awaits it is called by the client itself, and the row becomes a
/// session when the result is taken, so that no state machine stands between the two. Kept for reuse: a read allocates none.
/// </summary>
internal sealed class SessionRead : IValueTaskSource<ReadResult>
{
    private const int KeepMax = 64;

    [ThreadStatic]
    private static Stack<SessionRead>? t_free;

    private readonly Action _goOn;
    private ValueTask<CqlResult> _asked;
    private Func<CqlResult, CancellationToken, ReadResult>? _translate;
    private SessionValues? _values;
    private CancellationToken _cancellation;
    private Action<object?>? _continuation;
    private object? _state;
    private short _version;

    private SessionRead() => _goOn = GoOn;

    /// <summary>What the store answers with.</summary>
    /// <param name="asked">What the client was asked.</param>
    /// <param name="values">What it was asked with; given back when it is answered.</param>
    /// <param name="translate">Makes a session of the row, or throws where the caller gave up.</param>
    /// <param name="cancellation">The caller's.</param>
    public static ValueTask<ReadResult> Of(
        ValueTask<CqlResult> asked, SessionValues values, Func<CqlResult, CancellationToken, ReadResult> translate, CancellationToken cancellation)
    {
        SessionRead read = t_free is { Count: > 0 } free ? free.Pop() : new SessionRead();
        read._asked = asked;
        read._translate = translate;
        read._values = values;
        read._cancellation = cancellation;
        return new(read, read._version);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token)
    {
        Check(token);

        return _asked.IsCompletedSuccessfully ? ValueTaskSourceStatus.Succeeded
            : _asked.IsFaulted ? ValueTaskSourceStatus.Faulted
            : _asked.IsCanceled ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Pending;
    }

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        _continuation = continuation;
        _state = state;
        var awaiter = _asked.ConfigureAwait((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0).GetAwaiter();
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0)
        {
            awaiter.OnCompleted(_goOn);
        }
        else
        {
            awaiter.UnsafeOnCompleted(_goOn);
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        Check(token);
        Func<CqlResult, CancellationToken, ReadResult> translate = _translate!;
        CancellationToken cancellation = _cancellation;
        CqlResult result;
        try
        {
#pragma warning disable VSTHRD002 // Nothing waits: whoever takes a result early is refused by the client's own source.
            result = _asked.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        finally
        {
            _values!.Return();
            Return();
        }

        return translate(result, cancellation);
    }

    private void GoOn()
    {
        Action<object?> continuation = _continuation!;
        object? state = _state;
        continuation(state);
    }

    private void Check(short token)
    {
        if (token != _version)
        {
            throw new InvalidOperationException("A read's result is taken once.");
        }
    }

    private void Return()
    {
        _version++;
        _asked = default;
        _translate = null;
        _values = null;
        _cancellation = default;
        _continuation = null;
        _state = null;
        Stack<SessionRead> free = t_free ??= new Stack<SessionRead>();
        if (free.Count < KeepMax)
        {
            free.Push(this);
        }
    }
}
