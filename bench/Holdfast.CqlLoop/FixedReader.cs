using System.Net;
using System.Threading.Tasks.Sources;
using Holdfast.Cql;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Core;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;

namespace Holdfast.CqlLoop;

/// <summary>One connection to one node and nothing else: no routing, no health, no retry, no deadline, no metrics.</summary>
internal sealed class FixedReader : IReader, IConnectionOwner, IAsyncDisposable
{
    private readonly CoreLock _core = new(TimeProvider.System);
    private readonly CqlConnection _connection;
    private readonly CqlStatement _read;
    private readonly Stack<Question> _free = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FixedReader(IPEndPoint node, CqlStatement read)
    {
        _read = read;
        _connection = new CqlConnection(
            _core, new ConnectionOptions { Statements = [read] }, new ConnectionPurpose(node, ProtocolVersion.V5, IsControl: false), this);
        _connection.Attach(new SocketTransport(null, TimeProvider.System).Connect(node, _connection, TimeSpan.FromSeconds(5)));
    }

    public static async Task<FixedReader> StartAsync(IPEndPoint node, CqlStatement read)
    {
        var reader = new FixedReader(node, read);
        await reader._ready.Task;
        return reader;
    }

    // Awaits and looks at the rows as the client's other way of reading does: that is the caller's cost, and not what is compared.
    public async ValueTask<int> ReadAsync(KeyValues key, CancellationToken cancellationToken)
    {
        using var rows = await AskAsync(key);
        return rows.Read() ? rows.Column(0).Length : 0;
    }

    private ValueTask<CqlRows> AskAsync(KeyValues key)
    {
        Question? question;
        lock (_free)
        {
            if (!_free.TryPop(out question))
            {
                question = new Question(this);
            }
        }

        _core.Enter();
        try
        {
            if (!_connection.TryTake(question, out var stream))
            {
                throw new InvalidOperationException("The connection takes no more.");
            }

            Requests.Execute(
                _connection.Output, _connection.Version, stream, _connection.Prepared[0]!, _read.Consistency, null, key);
            _connection.Flush();
        }
        finally
        {
            _core.Exit();
        }

        return new ValueTask<CqlRows>(question, question.Version);
    }

    public async ValueTask DisposeAsync()
    {
        _core.Enter();
        _connection.Close("done");
        _core.Exit();
        await _closed.Task;
    }

    void IConnectionOwner.Ready(CqlConnection connection) => _ready.TrySetResult();

    void IConnectionOwner.Pushed(CqlConnection connection, EventBody pushed)
    {
    }

    void IConnectionOwner.Closed(CqlConnection connection, string reason)
    {
        _ready.TrySetException(new InvalidOperationException(reason));
        _closed.TrySetResult();
    }

    private sealed class Question(FixedReader reader) : PendingAnswer, IValueTaskSource<CqlRows>, IEffect
    {
        private ManualResetValueTaskSourceCore<CqlRows> _source;
        private CqlRows? _rows;

        public short Version => _source.Version;

        public override void Answered(CqlConnection connection, in Envelope answer)
        {
            _rows = Responses.ReadResult(answer, connection.Prepared[0]);
            reader._core.Defer(this);
        }

        public override void Lost(CqlConnection connection, string reason)
        {
        }

        void IEffect.Run()
        {
            _source.RunContinuationsAsynchronously = !InlineCompletions.TryTake();
            _source.SetResult(_rows!);
        }

        CqlRows IValueTaskSource<CqlRows>.GetResult(short token)
        {
            var rows = _source.GetResult(token);
            _source.Reset();
            lock (reader._free)
            {
                reader._free.Push(this);
            }

            return rows;
        }

        ValueTaskSourceStatus IValueTaskSource<CqlRows>.GetStatus(short token) => _source.GetStatus(token);

        void IValueTaskSource<CqlRows>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);
    }
}
