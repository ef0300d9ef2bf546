using System.Buffers;
using System.Collections.Concurrent;
using Holdfast.Sessions;

namespace Holdfast.Tests.Http;

/// <summary>A store in a dictionary, that can be told to fail in every way there is.</summary>
internal sealed class MemoryStore(TimeProvider time) : ISessionStore
{
    private readonly ConcurrentDictionary<string, (byte[] Value, long ExpiresAt)> _entries = new(StringComparer.Ordinal);

    /// <summary>Before each operation: may throw, wait, or answer in its place.</summary>
    public Func<CancellationToken, ValueTask<WriteResult>>? Intercept { get; set; }

    /// <summary>Sees the key of each read.</summary>
    public Action<SessionKey>? Asked { get; set; }

    /// <summary>Makes a lease fail when its bytes are copied.</summary>
    public bool FailsCopying { get; set; }

    public StoreReadiness Readiness { get; set; } = StoreReadiness.Ready;

    /// <summary>Thrown when the store is asked whether it is ready.</summary>
    public Exception? ReadinessFault { get; set; }

    public bool IsDisposed { get; private set; }

    public int Count => _entries.Count;

    public IEnumerable<string> Keys => _entries.Keys.Select(key => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(key)));

    public async ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        Asked?.Invoke(key);
        if (Intercept is { } intercept && await intercept(cancellationToken) is { Status: not StoreStatus.Ok } answer)
        {
            return ReadResult.Unavailable(answer.Reason!); // a read cannot be out of space
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return _entries.TryGetValue(Name(key), out var entry) && entry.ExpiresAt > now
            ? ReadResult.Found(new Lease(entry.Value, entry.ExpiresAt == long.MaxValue ? 0 : (int)(entry.ExpiresAt - now), FailsCopying))
            : ReadResult.NotFound;
    }

    public async ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
    {
        if (Intercept is { } intercept && await intercept(cancellationToken) is { Status: not StoreStatus.Ok } answer)
        {
            return answer;
        }

        _entries[Name(key)] = (value.ToArray(),
            ttl.IsNever ? long.MaxValue : time.GetUtcNow().ToUnixTimeSeconds() + ttl.Seconds);
        return WriteResult.Ok;
    }

    public async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        if (Intercept is { } intercept && await intercept(cancellationToken) is { Status: not StoreStatus.Ok } answer)
        {
            return answer;
        }

        _entries.TryRemove(Name(key), out _);
        return WriteResult.Ok;
    }

    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ReadinessFault is { } fault ? throw fault : new(Readiness);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private static string Name(SessionKey key) => Convert.ToHexString(key.Utf8.Span);

    private sealed class Lease(byte[] value, int secondsLeft, bool fails) : SessionLease
    {
        public override int Length => value.Length;

        public override int TtlSecondsLeft => secondsLeft;

        public override void CopyTo(IBufferWriter<byte> destination)
        {
            destination.Write(value.AsSpan(0, value.Length / 2));
            if (fails)
            {
                throw new IOException("torn");
            }

            destination.Write(value.AsSpan(value.Length / 2));
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
