namespace Holdfast.Acceptance.Load;

/// <summary>
/// What a store may answer for the keys that one client wrote, given what it was told: the last acknowledged state, or
/// that of any write after it which was sent and never answered. One operation at a time.
/// </summary>
internal sealed class AcknowledgedHistory
{
    private readonly Dictionary<string, State> _keys = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Keys => _keys.Keys;

    /// <summary>A write of <paramref name="value"/>, or with null a delete, is about to be sent.</summary>
    public void Begin(string key, string? value) => Of(key).Unanswered.Add(value);

    /// <summary>The write begun last for this key was acknowledged at this moment.</summary>
    public void Acknowledge(string key, TimeSpan at)
    {
        State state = Of(key);
        state.Earlier.Add((state.Acknowledged, state.At));
        state.Acknowledged = state.Unanswered[^1];
        state.At = at;
        state.Unanswered.Clear();
    }

    /// <summary>True when a store that keeps everything acknowledged may answer this; null is 'not found'.</summary>
    public bool Allows(string key, string? found) => Of(key) is var state
        && (found == state.Acknowledged || state.Unanswered.Contains(found));

    /// <summary>
    /// True when a store that may have lost what was acknowledged after <paramref name="safe"/> may answer this.
    /// </summary>
    public bool AllowsLosing(string key, string? found, TimeSpan safe)
    {
        State state = Of(key);
        if (Allows(key, found))
        {
            return true;
        }

        // Going back in time, every state may be the surviving one until one is reached that must have been on disk.
        (string? Value, TimeSpan At) current = (state.Acknowledged, state.At);
        for (int i = state.Earlier.Count - 1; i >= 0 && current.At > safe; i--)
        {
            current = state.Earlier[i];
            if (current.Value == found)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The store answered this after all: from now on it is what was acknowledged.</summary>
    public void Settle(string key, string? found)
    {
        State state = Of(key);
        state.Acknowledged = found;
        state.At = TimeSpan.Zero;
        state.Unanswered.Clear();
        state.Earlier.Clear();
    }

    private State Of(string key)
    {
        if (!_keys.TryGetValue(key, out State? state))
        {
            _keys.Add(key, state = new State());
        }

        return state;
    }

    private sealed class State
    {
        public string? Acknowledged { get; set; }

        public TimeSpan At { get; set; }

        public List<string?> Unanswered { get; } = [];

        public List<(string? Value, TimeSpan At)> Earlier { get; } = [];
    }
}
