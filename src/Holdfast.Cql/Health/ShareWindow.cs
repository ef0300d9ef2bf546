namespace Holdfast.Cql.Health;

/// <summary>Requests and contradicted requests over the last seconds, in ten slices that are reused as time goes on.</summary>
internal sealed class ShareWindow(TimeSpan window)
{
    private readonly Slices _slices = new(window);
    private readonly int[] _requests = new int[Slices.Count];
    private readonly int[] _contradicted = new int[Slices.Count];

    public void AddRequest(TimeSpan now) => _requests[Slot(now)]++;

    /// <summary>A contradiction of a request that was added before: it does not count as another request.</summary>
    public void AddContradicted(TimeSpan now) => _contradicted[Slot(now)]++;

    public (int Requests, int Contradicted) Read(TimeSpan now)
    {
        int requests = 0;
        int contradicted = 0;
        for (int i = 0; i < Slices.Count; i++)
        {
            if (_slices.Holds(i, now))
            {
                requests += _requests[i];
                contradicted += _contradicted[i];
            }
        }

        return (requests, contradicted);
    }

    /// <summary>The contradicted share; null without a request.</summary>
    public double? Ratio(TimeSpan now)
    {
        (int requests, int contradicted) = Read(now);
        return requests == 0 ? null : (double)contradicted / requests;
    }

    public void Clear()
    {
        Array.Clear(_requests);
        Array.Clear(_contradicted);
    }

    private int Slot(TimeSpan now)
    {
        int slot = _slices.At(now, out bool isNew);
        if (isNew)
        {
            _requests[slot] = 0;
            _contradicted[slot] = 0;
        }

        return slot;
    }
}
