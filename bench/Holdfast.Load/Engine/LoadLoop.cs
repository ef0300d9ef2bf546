using Holdfast.Load.Measuring;
using Holdfast.Load.Protocol;

namespace Holdfast.Load.Engine;

/// <summary>
/// The generator: one thread and one epoll drive all connections, so that the server has the other core to itself. Lives in
/// this folder: the loop, its connections, and the calls of the kernel they make. Every answer's status, length and value
/// is checked.
/// </summary>
internal sealed unsafe class LoadLoop
{
    private const long ErrorsMax = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly LoadPlan _plan;
    private readonly TimeProvider _time;
    private readonly LatencyHistogram _latency = new();
    private readonly Stack<Connection> _idle = new();
    private readonly double _nsPerTick;
    private Connection[] _connections = [];
    private ulong _drawn;
    private int _filled;
    private long _due;
    private long _started;
    private long _deadline;
    private long _inTime;
    private long _all;
    private long _opened;
    private long _errors;
    private string? _firstError;

    private LoadLoop(LoadPlan plan, TimeProvider time)
    {
        _plan = plan;
        _time = time;
        _nsPerTick = 1e9 / time.TimestampFrequency;
    }

    private bool IsFill => _plan.Operation == Operation.Fill;

    /// <summary>Offers the load and returns when it is over and answered, on the calling thread.</summary>
    public static LoadResult Run(LoadPlan plan, TimeProvider time) => new LoadLoop(plan, time).Run();

    private LoadResult Run()
    {
        Kernel.WakePrecisely();
        var template = RequestTemplate.For(_plan.Dialect, _plan.Operation, _plan.BasePath, _plan.Sessions.ValueBytes);
        var epoll = Kernel.OpenEpoll();
        try
        {
            _connections = [.. Enumerable.Range(0, _plan.Connections).Select(i => new Connection(epoll, i, _plan, template))];
            foreach (var connection in _connections)
            {
                Open(connection);
            }

            _started = _time.GetTimestamp();
            _deadline = _started + Ticks(_plan.Duration);
            foreach (var connection in _connections)
            {
                MakeIdle(connection, _started);
            }

            Drive(epoll);
            var end = IsFill ? _time.GetTimestamp() : _deadline;
            return new LoadResult(
                _inTime, _all, _opened, _errors, _firstError, _time.GetElapsedTime(_started, end), _latency);
        }
        finally
        {
            foreach (var connection in _connections.Where(connection => connection.IsOpen))
            {
                connection.Close();
            }

            Kernel.Close(epoll);
        }
    }

    private void Drive(int epoll)
    {
        const int eventsMax = 256;
        var events = stackalloc byte[eventsMax * 16];
        var giveUp = _deadline + Ticks(s_patience);
        while (_errors < ErrorsMax)
        {
            var now = _time.GetTimestamp();
            SendDue(now);
            if (_idle.Count == _connections.Length && IsOver(now))
            {
                return;
            }

            if (now > giveUp)
            {
                Count("no answer within the patience of the generator");
                return;
            }

            var ready = Kernel.Wait(epoll, events, eventsMax, WaitNs(now));
            for (var i = 0; i < ready; i++)
            {
                Handle(_connections[Kernel.EventIndex(events, i)], Kernel.EventFlags(events, i));
            }
        }
    }

    private void Handle(Connection connection, uint flags)
    {
        if (connection.IsBusy && (flags & Kernel.OutputEvent) != 0 && connection.SendRest() is { } sending)
        {
            Reopen(connection, sending);
            return;
        }

        if ((flags & (Kernel.InputEvent | Kernel.ErrorEvent | Kernel.HangUpEvent)) == 0)
        {
            return;
        }

        var complete = connection.TryReceive(out var error);
        if (error is not null)
        {
            Reopen(connection, error);
            return;
        }

        if (!complete)
        {
            return;
        }

        var now = _time.GetTimestamp();
        _latency.Record((long)((now - connection.DueAt) * _nsPerTick));
        _all++;
        if (now <= _deadline)
        {
            _inTime++;
        }

        if (_plan.RequestsPerConnection > 0 && connection.Answered >= _plan.RequestsPerConnection)
        {
            connection.Close();
            Open(connection);
        }

        MakeIdle(connection, now);
    }

    /// <summary>In a closed loop the next request is due as soon as its connection is free.</summary>
    private void MakeIdle(Connection connection, long now)
    {
        if (_plan.Rate == 0 && !IsOver(now))
        {
            Begin(connection, now);
            return;
        }

        _idle.Push(connection);
    }

    private void SendDue(long now)
    {
        while (_plan.Rate > 0 && _idle.Count > 0)
        {
            var dueAt = _started + (long)(_due * _time.TimestampFrequency / _plan.Rate);
            if (dueAt > now || dueAt >= _deadline)
            {
                return;
            }

            _due++;
            Begin(_idle.Pop(), dueAt);
        }
    }

    private void Begin(Connection connection, long dueAt)
    {
        if (connection.Begin(Draw(), dueAt) is { } error)
        {
            Reopen(connection, error);
        }
    }

    private bool IsOver(long now)
    {
        if (IsFill)
        {
            return _filled >= _plan.Sessions.Count || now >= _deadline;
        }

        // At a fixed rate every request that was due is sent, late or not: leaving the late ones out would flatter.
        return _plan.Rate > 0 ? _started + (long)(_due * _time.TimestampFrequency / _plan.Rate) >= _deadline : now >= _deadline;
    }

    private long WaitNs(long now)
    {
        var until = _deadline + Ticks(s_patience);
        if (_plan.Rate > 0 && _idle.Count > 0)
        {
            until = Math.Min(until, _started + (long)(_due * _time.TimestampFrequency / _plan.Rate));
        }

        return Math.Max(0, (long)((until - now) * _nsPerTick));
    }

    private int Draw()
    {
        if (IsFill)
        {
            return _filled++;
        }

        var number = (int)(SessionSet.Mix(_plan.DrawSeed + (_drawn++ << 8)) % (ulong)_plan.Sessions.Count);
        return _plan.Operation == Operation.GetMiss ? number + _plan.Sessions.Count : number;
    }

    private void Open(Connection connection)
    {
        connection.Open();
        _opened++;
    }

    private void Reopen(Connection connection, string error)
    {
        Count(error);
        connection.Close();
        Open(connection);
        _idle.Push(connection);
    }

    private void Count(string error)
    {
        _errors++;
        _firstError ??= error;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
