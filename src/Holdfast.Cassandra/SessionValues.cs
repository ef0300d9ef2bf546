using System.Buffers;
using Holdfast.Cql;
using Holdfast.Sessions;

namespace Holdfast.Cassandra;

/// <summary>One request's key, value and TTL, borrowed from the caller. Kept for reuse: a request allocates none.</summary>
internal sealed class SessionValues : ICqlValues
{
    private ReadOnlyMemory<byte> _key;
    private SessionAsker _asker;
    private ReadOnlySequence<byte> _value;
    private int _ttlSeconds;
    private bool _isSet;

    public ReadOnlySpan<byte> PartitionKey => _key.Span;

    public int SizeHint => _key.Length + (int)_value.Length;

    public string? Caller => _asker.Name;

    public int Count => _isSet ? 3 : 1;

    public static SessionValues Of(SessionKey key)
    {
        SessionValues values = Spare<SessionValues>.Take();
        values._key = key.Utf8;
        values._asker = key.Asker;
        return values;
    }

    public static SessionValues Of(SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl)
    {
        SessionValues values = Of(key);
        values._value = value;
        values._ttlSeconds = ttl.Seconds;
        values._isSet = true;
        return values;
    }

    /// <summary>The request is over.</summary>
    public void Return()
    {
        _key = default;
        _asker = default;
        _value = default;
        _isSet = false;
        Spare<SessionValues>.GiveBack(this);
    }

    public void Write(CqlValueWriter writer)
    {
        writer.WriteBytes(_key.Span);
        if (_isSet)
        {
            writer.WriteBytes(_value);
            writer.WriteInt32(_ttlSeconds);
        }
    }
}
