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

    // With a method that awaits around it, as the client's other way of reading has: that is the caller's cost, not the client's.
    public async ValueTask<int> ReadAsync(KeyValues key, CancellationToken cancellationToken) => await AskAsync(key);

    private ValueTask<int> AskAsync(KeyValues key)
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

        return new ValueTask<int>(question, question.Version);
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

    private sealed class Question(FixedReader reader) : PendingAnswer, IValueTaskSource<int>, IEffect
    {
        private ManualResetValueTaskSourceCore<int> _source;
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
            using var rows = _rows!;
            _source.RunContinuationsAsynchronously = !InlineCompletions.TryTake();
            _source.SetResult(rows.Read() ? rows.Column(0).Length : 0);
        }

        int IValueTaskSource<int>.GetResult(short token)
        {
            var length = _source.GetResult(token);
            _source.Reset();
            lock (reader._free)
            {
                reader._free.Push(this);
            }

            return length;
        }

        ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

        void IValueTaskSource<int>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);
    }
}
