namespace Holdfast.Cql.Core;

/// <summary>Something that a decision brought about and that must not happen under the lock.</summary>
internal interface IEffect
{
    /// <summary>Runs once, after the lock has been released, on the thread that held it.</summary>
    void Run();
}

/// <summary>
/// The one lock of a cluster's core and the one clock it reads. What a decision brings about, bytes to send or requests to
/// complete, is deferred and runs after the lock is released, in the order it was deferred: nothing foreign ever runs under it.
/// </summary>
/// <remarks>Never entered twice by one thread: whoever holds it calls no one but the core's own classes.</remarks>
internal sealed class CoreLock
{
    [ThreadStatic]
    private static Stack<List<IEffect>>? t_spare;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private List<IEffect> _effects = [];

    public CoreLock(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
    }

    /// <summary>The moment at which the lock was entered, since the core was made; never goes back.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>True while this thread holds the lock.</summary>
    public bool IsHeld => _lock.IsHeldByCurrentThread;

    public void Enter()
    {
        _lock.Enter();
        TimeSpan now = _time.GetElapsedTime(_origin);
        Now = now > Now ? now : Now;
    }

    /// <summary>For who asks for no <see cref="Now"/>, which stays as it was: reading the clock is most of what entering costs.</summary>
    public void EnterUntimed() => _lock.Enter();

    /// <summary>To be run after the lock is released.</summary>
    public void Defer(IEffect effect) => _effects.Add(effect);

    public void Exit()
    {
        if (_effects.Count == 0)
        {
            _lock.Exit();
            return;
        }

        Stack<List<IEffect>> spare = t_spare ??= new Stack<List<IEffect>>();
        List<IEffect> effects = _effects;
        _effects = spare.Count > 0 ? spare.Pop() : [];
        _lock.Exit();
        try
        {
            foreach (IEffect effect in effects)
            {
                effect.Run();
            }
        }
        finally
        {
            effects.Clear();
            spare.Push(effects);
        }
    }
}
