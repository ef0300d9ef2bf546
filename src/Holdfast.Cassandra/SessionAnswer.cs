using System.Threading.Tasks.Sources;
using Holdfast.Cql;

namespace Holdfast.Cassandra;

/// <summary>
/// One request on its way: what the client will answer, as a session store does. Whoever awaits it is called by the client itself, and
/// the one becomes the other when the result is taken, so that no state machine stands between the two. Kept for reuse: a request
/// allocates none.
/// </summary>
internal sealed class SessionAnswer<TResult> : IValueTaskSource<TResult>
{
    private readonly Action _goOn;
    private ValueTask<CqlResult> _asked;
    private Func<CqlResult, CancellationToken, TResult>? _translate;
    private SessionValues? _values;
    private CancellationToken _cancellation;
    private Action<object?>? _continuation;
    private object? _state;
    private short _version;

    public SessionAnswer() => _goOn = GoOn;

    /// <summary>What the store answers with.</summary>
    /// <param name="asked">What the client was asked.</param>
    /// <param name="values">What it was asked with; given back when it is answered.</param>
    /// <param name="translate">Makes one of the other, or throws where the caller gave up.</param>
    /// <param name="cancellation">The caller's.</param>
    public static ValueTask<TResult> Of(
        ValueTask<CqlResult> asked, SessionValues values, Func<CqlResult, CancellationToken, TResult> translate, CancellationToken cancellation)
    {
        SessionAnswer<TResult> answer = Spare<SessionAnswer<TResult>>.Take();
        answer._asked = asked;
        answer._translate = translate;
        answer._values = values;
        answer._cancellation = cancellation;
        return new(answer, answer._version);
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token)
    {
        Check(token);
        return _asked.IsCompletedSuccessfully ? ValueTaskSourceStatus.Succeeded
            : _asked.IsFaulted ? ValueTaskSourceStatus.Faulted
            : _asked.IsCanceled ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Pending;
    }

    void IValueTaskSource<TResult>.OnCompleted(
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

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        Check(token);
        Func<CqlResult, CancellationToken, TResult> translate = _translate!;
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
            throw new InvalidOperationException("A result is taken once.");
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
        Spare<SessionAnswer<TResult>>.GiveBack(this);
    }
}
