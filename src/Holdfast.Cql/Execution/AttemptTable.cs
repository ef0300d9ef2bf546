namespace Holdfast.Cql.Execution;

/// <summary>The attempts that are out, in one dense list that one sweep looks at, and those to be used again.</summary>
internal sealed class AttemptTable(Executor executor)
{
    private readonly List<Attempt> _out = new(256);
    private readonly Stack<Attempt> _free = new(256);

    public int Count => _out.Count;

    public Attempt this[int index] => _out[index];

    public Attempt Rent() => _free.TryPop(out Attempt? attempt) ? attempt : new Attempt(executor) { Index = -1 };

    public void Add(Attempt attempt)
    {
        attempt.Index = _out.Count;
        _out.Add(attempt);
    }

    /// <summary>It is over; where it was in the list, the last one is now.</summary>
    public void Release(Attempt attempt)
    {
        if (attempt.Index >= 0)
        {
            Attempt last = _out[^1];
            _out[attempt.Index] = last;
            last.Index = attempt.Index;
            _out.RemoveAt(_out.Count - 1);
            attempt.Index = -1;
        }

        bool shared = attempt.IsShared;
        attempt.Clear();
        if (!shared && _free.Count < 1024)
        {
            _free.Push(attempt);
        }
    }
}
