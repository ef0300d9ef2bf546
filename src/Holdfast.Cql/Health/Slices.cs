namespace Holdfast.Cql.Health;

/// <summary>
/// Ten slices of the last seconds, by number: whoever counts by slice forgets a tenth of the window at a time, and none of it where
/// nothing happens. Every request asks which slice it is now, so that this divides only when a slice is over.
/// </summary>
internal sealed class Slices(TimeSpan window)
{
    public const int Count = 10;

    private readonly long[] _begins = new long[Count];
    private readonly long _ticks = Math.Max(1, window.Ticks / Count);
    private int _current;

    /// <summary>The slice that the moment lies in.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="isNew">True when it is used for another tenth than before: what was counted there is over.</param>
    public int At(TimeSpan now, out bool isNew)
    {
        isNew = false;
        if ((ulong)(now.Ticks - _begins[_current]) >= (ulong)_ticks)
        {
            long begin = BeginOf(now);
            _current = (int)(begin / _ticks % Count);
            isNew = _begins[_current] != begin;
            _begins[_current] = begin;
        }

        return _current;
    }

    /// <summary>True while what was counted in a slice lies in the window.</summary>
    public bool Holds(int slice, TimeSpan now) => BeginOf(now) - _begins[slice] < Count * _ticks;

    private long BeginOf(TimeSpan now) => now.Ticks - (now.Ticks % _ticks);
}
