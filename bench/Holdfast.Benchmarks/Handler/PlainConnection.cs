using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Benchmarks.Handler;

/// <summary>
/// A request and its response without a socket or a server: what the handler sees of Kestrel, used again for every request as
/// Kestrel uses a connection's. What is allocated while one is handled, the handler and its store allocate.
/// </summary>
internal sealed class PlainConnection : IHttpResponseFeature, IHttpResponseBodyFeature, IRequestBodyPipeFeature, IHttpRequestLifetimeFeature
{
    private readonly HttpRequestFeature _request = new() { Headers = new PlainHeaders() };
    private readonly PlainHeaders _headers = new();
    private readonly ResponseBytes _body = new();
    private readonly RequestBytes _requestBody = new();
    private readonly DefaultHttpContext _context;

    public PlainConnection()
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(_request);
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpResponseBodyFeature>(this);
        features.Set<IRequestBodyPipeFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        _context = new DefaultHttpContext(features);
    }

    public int StatusCode { get; set; }

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers
    {
        get => _headers;
        set => throw new NotSupportedException();
    }

    public bool HasStarted { get; private set; }

    public PipeWriter Writer => _body;

    public PipeReader Reader => _requestBody;

    public CancellationToken RequestAborted { get; set; }

    Stream IHttpResponseFeature.Body { get; set; } = Stream.Null;

    Stream IHttpResponseBodyFeature.Stream => throw new NotSupportedException();

    /// <summary>The next request on this connection.</summary>
    public HttpContext Next(string method, string target, byte[]? body = null)
    {
        _request.Method = method;
        _request.RawTarget = target;
        _request.Headers.Clear();
        _request.Headers.ContentLength = body?.Length;
        _requestBody.Bytes = new ReadOnlySequence<byte>(body ?? []);
        _headers.Clear();
        _body.Clear();
        HasStarted = false;
        StatusCode = StatusCodes.Status200OK;
        return _context;
    }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        HasStarted = true;
        return Task.CompletedTask;
    }

    public void Abort() => throw new InvalidOperationException("No request here should be aborted.");

    public Task CompleteAsync() => Task.CompletedTask;

    public void DisableBuffering()
    {
    }

    public void OnStarting(Func<object, Task> callback, object state) => throw new NotSupportedException();

    public void OnCompleted(Func<object, Task> callback, object state) => throw new NotSupportedException();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Where the response's body goes: one buffer.</summary>
    private sealed class ResponseBytes : PipeWriter
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private int _written;

        public void Clear() => _written = 0;

        public override void Advance(int bytes) => _written += bytes;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written);

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_written);
    }

    /// <summary>A request's body that is all there.</summary>
    private sealed class RequestBytes : PipeReader
    {
        public ReadOnlySequence<byte> Bytes { get; set; }

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            new(new ReadResult(Bytes, isCanceled: false, isCompleted: true));

        public override bool TryRead(out ReadResult result)
        {
            result = new ReadResult(Bytes, isCanceled: false, isCompleted: true);
            return true;
        }
    }
}
