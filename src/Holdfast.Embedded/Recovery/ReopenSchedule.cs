namespace Holdfast.Embedded.Recovery;

/// <summary>When to try to open the database again after its log failed: soon at first, then ever less often.</summary>
internal sealed class ReopenSchedule
{
    /// <summary>The first wait.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _wait = First;
    private TimeSpan _due;

    /// <summary>The log failed now.</summary>
    public void Failed(TimeSpan now)
    {
        _due = now + _wait;
        _wait = _wait * 2 < Longest ? _wait * 2 : Longest;
    }

    public void Succeeded() => _wait = First;

    /// <summary>How long until the next try; zero when it is due.</summary>
    public TimeSpan Until(TimeSpan now) => _due > now ? _due - now : TimeSpan.Zero;
}
