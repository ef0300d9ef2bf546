namespace Holdfast.Insight.Canary;

/// <summary>What became of the canaries, by coordinator. A coordinator that is gone is forgotten. Thread-safe.</summary>
internal sealed class CanaryBoard
{
    private static readonly CanaryStep[] s_steps = Enum.GetValues<CanaryStep>();

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Forgets everybody else.</summary>
    public void Keep(IReadOnlyCollection<string> coordinators)
    {
        lock (_lock)
        {
            foreach (string gone in _entries.Keys.Where(known => !coordinators.Contains(known)).ToList())
            {
                _entries.Remove(gone);
            }

            foreach (string coordinator in coordinators)
            {
                _ = _entries.TryAdd(coordinator, new Entry());
            }
        }
    }

    /// <summary>Counts one canary, and says what is worth a line: the first failure, and the first success after failures.</summary>
    public CanaryNews Ended(string coordinator, CanaryStep failed)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(coordinator, out Entry? entry))
            {
                return default;
            }

            entry.Runs[(int)failed]++;
            long before = entry.FailuresInARow;
            entry.FailuresInARow = failed == CanaryStep.None ? 0 : before + 1;
            return new CanaryNews(Fails: before == 0 && failed != CanaryStep.None, RecoveredAfter: failed == CanaryStep.None ? before : 0);
        }
    }

    /// <summary>Every coordinator with every step, those that never failed included: a series that exists can be alerted on.</summary>
    public IReadOnlyList<(string Coordinator, CanaryStep Step, long Runs)> Read()
    {
        lock (_lock)
        {
            return [.. from pair in _entries from step in s_steps select (pair.Key, step, pair.Value.Runs[(int)step])];
        }
    }

    private sealed class Entry
    {
        public long[] Runs { get; } = new long[s_steps.Length];

        public long FailuresInARow { get; set; }
    }
}

/// <summary>What is worth telling a person.</summary>
/// <param name="Fails">It failed, and the one before did not.</param>
/// <param name="RecoveredAfter">It succeeded after so many failures; zero when the one before did, too.</param>
internal readonly record struct CanaryNews(bool Fails, long RecoveredAfter);
