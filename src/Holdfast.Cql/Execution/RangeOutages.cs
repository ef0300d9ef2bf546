namespace Holdfast.Cql.Execution;

/// <summary>What a request tells the waiting room.</summary>
internal interface IWaiter
{
    /// <summary>When it must be answered at the latest.</summary>
    TimeSpan Deadline { get; }

    /// <summary>When it began to wait.</summary>
    TimeSpan WaitingSince { get; set; }

    /// <summary>What it keeps in memory while it waits.</summary>
    int Bytes { get; }

    /// <summary>True while a further attempt would still fit its deadline.</summary>
    bool HasTimeAt(TimeSpan now);
}

/// <summary>
/// Ranges that nobody serves at a consistency level. One failed read logs a user out for good, so requests wait while one of
/// them at a time, the trial, finds out whether the range is back; whatever succeeds ends the outage for all.
/// </summary>
/// <remarks>
/// For the first <see cref="ParkFor"/> a request waits until its deadline. After that it waits for <see cref="LateWaitMin"/>, in which
/// whoever is down is connected to anew, and for a trial that began after it arrived: it fails fast while the range is dark, and
/// is served by the first moment it is not. (One trial a second, instead, would fail a second of requests after every recovery.)
/// Not thread-safe.
/// </remarks>
internal sealed class RangeOutages<T>(int waitersMax, long bytesMax)
    where T : class, IWaiter
{
    /// <summary>How long requests wait for their whole deadline.</summary>
    public static readonly TimeSpan ParkFor = TimeSpan.FromSeconds(5);

    /// <summary>Between the end of one trial and the next: a range without a quorum costs its coordinators 50 requests a second.</summary>
    public static readonly TimeSpan TrialPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A trial that is out for so long is joined by another: it may hang on a coordinator that hangs.</summary>
    public static readonly TimeSpan TrialPatience = TimeSpan.FromMilliseconds(100);

    /// <summary>Trials of one range at the same time.</summary>
    public const int TrialsMax = 8;

    /// <summary>
    /// After <see cref="ParkFor"/> nobody is failed sooner than this: a coordinator that is back is connected to, and has served a trial,
    /// within it.
    /// </summary>
    public static readonly TimeSpan LateWaitMin = TimeSpan.FromMilliseconds(500);

    /// <summary>After <see cref="ParkFor"/> nobody waits longer than this, whatever the trials do.</summary>
    public static readonly TimeSpan LateWaitMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Where nothing but requests can find out whether a range is served again, it is not called dark for longer than this after the
    /// last one of them: the next one finds out for itself.
    /// </summary>
    public static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(10);

    private readonly SortedDictionary<(int Set, ConsistencyLevel Level), Outage> _outages = [];
    private readonly Dictionary<ConsistencyLevel, int> _byLevel = [];
    private long _bytes;

    /// <summary>Ranges that are dark now.</summary>
    public int Count => _outages.Count;

    /// <summary>Requests that wait, trials excluded.</summary>
    public int Waiters { get; private set; }

    /// <summary>Ranges that are dark at this level.</summary>
    public int CountAt(ConsistencyLevel level) => _outages.Count == 0 ? 0 : _byLevel.GetValueOrDefault(level);

    public bool IsDark(ReplicaSetId set, ConsistencyLevel level) =>
        _outages.Count > 0 && _outages.ContainsKey((set.Value, level));

    /// <summary>How long the longest outage has lasted; zero without one.</summary>
    public TimeSpan Longest(TimeSpan now)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (Outage outage in _outages.Values)
        {
            longest = now - outage.Since > longest ? now - outage.Since : longest;
        }

        return longest;
    }

    /// <summary>A request found nobody to serve it: the range is dark from now. True when it was not before.</summary>
    public bool Begin(ReplicaSetId set, ConsistencyLevel level, TimeSpan now)
    {
        bool isNew = _outages.TryAdd((set.Value, level), new Outage(now) { NextTrial = now + TrialPause, LastAsked = now });
        _byLevel[level] = CountAt(level) + (isNew ? 1 : 0);
        return isNew;
    }

    /// <summary>
    /// Takes a request in. False when it has to fail at once: there is no room, or it was a trial that failed after
    /// <see cref="ParkFor"/>.
    /// </summary>
    public bool TryWait(ReplicaSetId set, ConsistencyLevel level, T request, bool failedTrial, TimeSpan now)
    {
        Outage outage = _outages[(set.Value, level)];
        outage.LastAsked = now;
        bool late = failedTrial && now - outage.Since >= ParkFor && now - request.WaitingSince >= LateWaitMin;
        if (late || Waiters >= waitersMax || _bytes + request.Bytes > bytesMax)
        {
            return false;
        }

        if (!failedTrial)
        {
            request.WaitingSince = now;
        }

        outage.Waiting.AddLast(request);
        Waiters++;
        _bytes += request.Bytes;
        return true;
    }

    /// <summary>A trial was refused: the next one may follow soon, and who waited for it since before it began may fail.</summary>
    /// <param name="set">The range.</param>
    /// <param name="level">The level.</param>
    /// <param name="began">When the trial began.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="failed">Receives who has to fail now.</param>
    public void TrialFailed(ReplicaSetId set, ConsistencyLevel level, TimeSpan began, TimeSpan now, List<T> failed)
    {
        if (!_outages.TryGetValue((set.Value, level), out Outage? outage))
        {
            return;
        }

        outage.Trials = Math.Max(0, outage.Trials - 1);
        outage.NextTrial = now + TrialPause;
        if (now - outage.Since >= ParkFor)
        {
            TimeSpan since = began < now - LateWaitMin ? began : now - LateWaitMin;
            Remove(outage, failed, waiter => waiter.WaitingSince <= since);
        }
    }

    /// <summary>Somebody served the range; who waited goes on.</summary>
    public bool End(ReplicaSetId set, ConsistencyLevel level, List<T> released)
    {
        if (_outages.Count == 0 || !_outages.Remove((set.Value, level), out Outage? outage))
        {
            return false;
        }

        _byLevel[level]--;
        Remove(outage, released, _ => true);
        return true;
    }

    /// <summary>
    /// Ends the outages that nobody waits for and nobody has asked about for a while, at levels that probes do not ask at: nothing else
    /// would ever end them.
    /// </summary>
    /// <param name="now">The present moment.</param>
    /// <param name="forgotten">Receives their levels.</param>
    public void Forget(TimeSpan now, List<ConsistencyLevel> forgotten)
    {
        List<(int Set, ConsistencyLevel Level)>? over = null;
        foreach (((int Set, ConsistencyLevel Level) range, Outage outage) in _outages)
        {
            if (!range.Level.IsLocal() && outage.Waiting.Count == 0 && now - outage.LastAsked >= ForgetAfter)
            {
                (over ??= []).Add(range);
            }
        }

        foreach ((int Set, ConsistencyLevel Level) range in over ?? [])
        {
            _outages.Remove(range);
            _byLevel[range.Level]--;
            forgotten.Add(range.Level);
        }
    }

    /// <summary>The ring changed: sets have new numbers, and everybody tries anew.</summary>
    public void Clear(List<T> released)
    {
        foreach (Outage outage in _outages.Values)
        {
            Remove(outage, released, _ => true);
        }

        _outages.Clear();
        _byLevel.Clear();
    }

    /// <summary>A request that waits is over for another reason.</summary>
    public void Leave(ReplicaSetId set, ConsistencyLevel level, T request)
    {
        if (_outages.TryGetValue((set.Value, level), out Outage? outage) && outage.Waiting.Remove(request))
        {
            Waiters--;
            _bytes -= request.Bytes;
        }
    }

    /// <summary>Looks at the clock: who has to fail now, and who is the next trial of its range.</summary>
    public void Tick(TimeSpan now, List<T> failed, List<T> trials)
    {
        foreach (Outage outage in _outages.Values)
        {
            bool late = now - outage.Since >= ParkFor;
            Remove(outage, failed, waiter => now >= waiter.Deadline || (late && now - waiter.WaitingSince >= LateWaitMax));
            TimeSpan due = outage.Trials == 0 ? outage.NextTrial : outage.LastTrial + TrialPatience;
            if (now < due || outage.Trials >= TrialsMax)
            {
                continue;
            }

            for (LinkedListNode<T>? node = outage.Waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.HasTimeAt(now))
                {
                    outage.Waiting.Remove(node);
                    Waiters--;
                    _bytes -= node.Value.Bytes;
                    outage.Trials++;
                    outage.LastTrial = now;
                    trials.Add(node.Value);
                    break;
                }
            }
        }
    }

    private void Remove(Outage outage, List<T> into, Predicate<T> when)
    {
        LinkedListNode<T>? node = outage.Waiting.First;
        while (node is not null)
        {
            LinkedListNode<T>? next = node.Next;
            if (when(node.Value))
            {
                outage.Waiting.Remove(node);
                Waiters--;
                _bytes -= node.Value.Bytes;
                into.Add(node.Value);
            }

            node = next;
        }
    }

    private sealed class Outage(TimeSpan since)
    {
        public TimeSpan Since { get; } = since;

        public LinkedList<T> Waiting { get; } = new();

        public TimeSpan NextTrial { get; set; }

        public TimeSpan LastTrial { get; set; }

        /// <summary>When a request last came, or came back, for it.</summary>
        public TimeSpan LastAsked { get; set; }

        public int Trials { get; set; }
    }
}
