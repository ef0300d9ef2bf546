namespace Holdfast.Cql.Health;

/// <summary>The moments of the latest few events: how many lie within a time. Bounded by the threshold that asks.</summary>
internal sealed class EventWindow(int capacity, TimeSpan window)
{
    private readonly TimeSpan[] _moments = new TimeSpan[capacity];
    private int _next;
    private int _count;

    public TimeSpan Window => window;

    public void Add(TimeSpan now)
    {
        _moments[_next] = now;
        _next = (_next + 1) % capacity;
        _count = Math.Min(_count + 1, capacity);
    }

    /// <summary>How many of the latest events lie within the window before <paramref name="now"/>; at most the capacity.</summary>
    public int Count(TimeSpan now)
    {
        int within = 0;
        for (int i = 0; i < _count; i++)
        {
            if (now - _moments[i] <= window)
            {
                within++;
            }
        }

        return within;
    }

    public void Clear() => _count = 0;
}
