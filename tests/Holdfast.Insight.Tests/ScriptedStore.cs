using System.Buffers;
using Holdfast.Sessions;

namespace Holdfast.Insight.Tests;

/// <summary>A store in memory whose answers a test may replace; it notes the keys that it was asked for.</summary>
internal sealed class ScriptedStore : ISessionStore
{
    private readonly Dictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    public Func<SessionKey, ValueTask<ReadResult>?>? OnGet { get; set; }

    public Func<SessionKey, ValueTask<WriteResult>?>? OnSet { get; set; }

    public Func<SessionKey, ValueTask<WriteResult>?>? OnDelete { get; set; }

    public List<byte[]> Written { get; } = [];

    public List<SessionTtl> Lives { get; } = [];

    public int Reads { get; private set; }

    public int Count => _entries.Count;

    public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reads++;
        return OnGet?.Invoke(key) ?? new(_entries.TryGetValue(Name(key), out byte[]? value) ? ReadResult.Found(new Lease(value)) : ReadResult.NotFound);
    }

    public ValueTask<WriteResult> SetAsync(SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
    {
        Written.Add(key.Utf8.ToArray());
        Lives.Add(ttl);
        if (OnSet?.Invoke(key) is { } answer)
        {
            return answer;
        }

        _entries[Name(key)] = value.ToArray();
        return new(WriteResult.Ok);
    }

    public ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        if (OnDelete?.Invoke(key) is { } answer)
        {
            return answer;
        }

        _entries.Remove(Name(key));
        return new(WriteResult.Ok);
    }

    /// <summary>Forgets everything, as a store must not.</summary>
    public void Lose() => _entries.Clear();

    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => new(StoreReadiness.Ready);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static SessionLease LeaseOf(byte[] value) => new Lease(value);

    private static string Name(SessionKey key) => Convert.ToHexString(key.Utf8.Span);

    private sealed class Lease(byte[] value) : SessionLease
    {
        public override int Length => value.Length;

        public override int TtlSecondsLeft => 1;

        public override void CopyTo(IBufferWriter<byte> destination) => destination.Write(value);

        protected override void Dispose(bool disposing)
        {
        }
    }
}
