namespace Holdfast.Cql.Connections;

/// <summary>What an answer with a certain stream id means.</summary>
internal enum StreamAnswer
{
    /// <summary>It answers the request that waits in this slot, which is now free.</summary>
    Completes,

    /// <summary>Its request was given up; the id is free again and the answer is thrown away.</summary>
    Late,

    /// <summary>Nothing was sent under this id: the connection cannot be trusted any more.</summary>
    Unexpected,
}

/// <summary>
/// Which stream ids of one connection are out, and for whom. A stream id is never used again while its answer may still
/// come: a late answer that completed another request would hand one user's session to another user.
/// </summary>
/// <remarks>
/// A request that is given up leaves its id orphaned until the answer arrives. At <see cref="OrphansMax"/> orphans the
/// connection is to be closed. Not thread-safe; ids are reused last-in-first-out, so that the table stays warm.
/// </remarks>
internal sealed class StreamTable<T>
    where T : class
{
    /// <summary>Orphans a connection may have before it is closed, as scylla-rust-driver closes it.</summary>
    public const int OrphansMax = 256;

    private static readonly object Orphan = new();

    private readonly object?[] _slots;
    private readonly short[] _free;
    private readonly bool _reuseOrphans;
    private int _freeCount;

    /// <param name="capacity">Stream ids to use: 1 to 32,768, numbered from zero.</param>
    /// <param name="reuseOrphans">For a test alone, which shows what then happens: an id is free once its request is given up.</param>
    public StreamTable(int capacity, bool reuseOrphans = false)
    {
        _reuseOrphans = reuseOrphans;
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, short.MaxValue + 1);
        _slots = new object?[capacity];
        _free = new short[capacity];
        _freeCount = capacity;
        for (int i = 0; i < capacity; i++)
        {
            _free[i] = (short)(capacity - 1 - i);
        }
    }

    /// <summary>Requests that wait for their answer.</summary>
    public int InFlight => _slots.Length - _freeCount - Orphans;

    /// <summary>Ids whose request was given up and whose answer has not come.</summary>
    public int Orphans { get; private set; }

    /// <summary>True when so many answers are owed that the connection should be closed.</summary>
    public bool MustClose => Orphans >= OrphansMax;

    /// <summary>Takes a free id for <paramref name="request"/>; false when every one is out.</summary>
    public bool TryTake(T request, out short stream)
    {
        if (_freeCount == 0)
        {
            stream = -1;
            return false;
        }

        stream = _free[--_freeCount];
        _slots[stream] = request;
        return true;
    }

    /// <summary>The request is given up; false when its answer was faster.</summary>
    public bool Abandon(short stream, T request)
    {
        if ((uint)stream >= (uint)_slots.Length || !ReferenceEquals(_slots[stream], request))
        {
            return false;
        }

        if (_reuseOrphans)
        {
            _slots[stream] = null;
            _free[_freeCount++] = stream;
            return true;
        }

        _slots[stream] = Orphan;
        Orphans++;
        return true;
    }

    /// <summary>An answer arrived under <paramref name="stream"/>.</summary>
    public StreamAnswer Answer(short stream, out T? request)
    {
        request = null;
        if ((uint)stream >= (uint)_slots.Length || _slots[stream] is not { } occupant)
        {
            return StreamAnswer.Unexpected;
        }

        _slots[stream] = null;
        _free[_freeCount++] = stream;
        if (ReferenceEquals(occupant, Orphan))
        {
            Orphans--;
            return StreamAnswer.Late;
        }

        request = (T)occupant;
        return StreamAnswer.Completes;
    }

    /// <summary>The connection is gone: hands out every request that waited, and frees nothing.</summary>
    public IEnumerable<T> Fail()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (_slots[i] is T request)
            {
                _slots[i] = Orphan;
                Orphans++;
                yield return request;
            }
        }
    }
}
