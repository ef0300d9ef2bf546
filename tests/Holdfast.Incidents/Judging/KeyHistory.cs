namespace Holdfast.Incidents.Judging;

/// <summary>
/// What is known of one key: its writes and deletes, one after another, as one browser makes them. A read has to give the last
/// acknowledged one or a later one that was begun before the read ended.
/// </summary>
internal sealed class KeyHistory
{
    private readonly List<Change> _changes = [];

    /// <summary>A browser needs a moment between an answer and its next change; clocks are known to about one millisecond.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(5);

    private bool _isBusy;
    private TimeSpan _ended;

    /// <summary>A change is under way, or has only just ended: the next one waits.</summary>
    public bool IsBusyAt(TimeSpan now) => _isBusy || now < _ended + s_moment;

    public int Versions => _changes.Count;

    /// <summary>Begins a change; its number is what its value must say.</summary>
    public int Begin(bool isDelete, TimeSpan now)
    {
        _isBusy = true;
        _changes.Add(new Change(isDelete, now));
        return _changes.Count - 1;
    }

    public void End(int version, bool acknowledged, TimeSpan now)
    {
        _isBusy = false;
        _ended = now;
        if (acknowledged)
        {
            _changes[version].Acknowledged = now;
        }
    }

    /// <summary>Null when what a read gave is right; otherwise what is wrong with it.</summary>
    /// <param name="version">What it gave; null for not found.</param>
    /// <param name="began">When it was sent.</param>
    /// <param name="ended">When it was answered.</param>
    public string? Judge(int? version, TimeSpan began, TimeSpan ended)
    {
        int last = _changes.FindLastIndex(change => change.Acknowledged is { } at && at < began);
        if (version is { } found)
        {
            return found < last ? $"read version {found}, after version {last} had been acknowledged"
                : found >= _changes.Count || _changes[found].IsDelete ? $"read version {found}, which was never written"
                : null;
        }

        // Not found is right where the last acknowledged change, or one that may have happened since, is a delete; or nothing.
        bool may = last < 0 || _changes[last].IsDelete
            || _changes.Skip(last + 1).Any(change => change.IsDelete && change.Began <= ended);
        return may ? null : $"not found, although version {last} had been acknowledged";
    }

    /// <summary>The last changes, for a person.</summary>
    public override string ToString() => string.Join(", ", _changes.Select((change, i) =>
        $"{i}{(change.IsDelete ? " deleted" : "")} {change.Began}-{(change.Acknowledged is { } at ? at : "not acknowledged")}").TakeLast(5));

    private sealed class Change(bool isDelete, TimeSpan began)
    {
        public bool IsDelete => isDelete;

        public TimeSpan Began => began;

        public TimeSpan? Acknowledged { get; set; }
    }
}
