using Holdfast.Cql.Core;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;

namespace Holdfast.Cql.Connections;

/// <summary>
/// One connection to a coordinator: what waits to be sent, what is out under which stream id, and what arrived. Any fault
/// of it, a checksum, a frame that makes no sense, an answer that nobody asked for, ends the whole connection.
/// </summary>
/// <remarks>
/// Its wire calls in from other threads and this takes the core's lock; everything else is called under the lock already.
/// Lives in this folder: the connection, how it is set up, and its table of stream ids.
/// </remarks>
internal sealed class CqlConnection : IWireHandler, IEffect
{
    /// <summary>With so many requests out, others are about to come: they are gathered. Measured: decision 0088.</summary>
    private const int GatherFrom = 3;

    /// <summary>Answers that came together are taken under the lock at one time, a few microseconds of it.</summary>
    private const int TakenAtOnceMax = 16;

    private readonly CoreLock _core;
    private readonly ConnectionOptions _options;
    private readonly IConnectionOwner _owner;
    private readonly EnvelopeReader _reader;
    private readonly StreamTable<PendingAnswer> _streams;
    private readonly OutputBuffer _output = new();
    private readonly OutputBuffer _collected = new();
    private readonly ConnectionSetup _setup;
    private readonly Preparations _preparations;
    private volatile IWire? _wire;
    private Heartbeat? _heartbeat;
    private TimeSpan _lastReceived;
    private TimeSpan _lastAbandoned;
    private string? _closeReason;

    /// <summary>A flush is about to be made and has not collected yet: what is written until it does goes with it.</summary>
    private bool _flushDeferred;

    private bool _framed;
    private bool _gone;

    public CqlConnection(CoreLock core, ConnectionOptions options, ConnectionPurpose purpose, IConnectionOwner owner)
    {
        _core = core;
        _options = options;
        _owner = owner;
        Purpose = purpose;
        _reader = new EnvelopeReader(options.EnvelopeBytesMax);
        _streams = new StreamTable<PendingAnswer>(options.InFlightMax + StreamTable<PendingAnswer>.OrphansMax, options.ReuseOrphans);
        _setup = new ConnectionSetup(this, options);
        _preparations = new Preparations(this, core, options);
        Prepared = new PreparedId?[options.Statements.Count];
    }

    public ConnectionPurpose Purpose { get; }

    public ProtocolVersion Version => Purpose.Version;

    /// <summary>True once it may take requests, until it closes.</summary>
    public bool IsReady { get; private set; }

    public bool IsClosed => _closeReason is not null || _gone;

    /// <summary>Set by the setup: the server speaks an older protocol only.</summary>
    public bool VersionRefused { get; set; }

    /// <summary>The host that answered, known once ready.</summary>
    public HostId Host { get; set; }

    /// <summary>By the statement's number.</summary>
    public PreparedId?[] Prepared { get; }

    public int InFlight => _streams.InFlight;

    public int Orphans => _streams.Orphans;

    /// <summary>
    /// Requests that the server is still at work on, as far as can be told: an answer that was not there a while after the last request
    /// was given up will not come any more, and must not keep traffic away for ever.
    /// </summary>
    public int Load => _streams.InFlight + (_core.Now - _lastAbandoned < ConnectionOptions.OrphanWorksFor ? _streams.Orphans : 0);

    /// <summary>TCP, and TLS where it is used, are there.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>When the last whole answer came, or, before any, when the connection opened.</summary>
    public TimeSpan LastHeard => _lastReceived;

    /// <summary>True while one more request may be written.</summary>
    public bool HasRoom => IsReady && !IsClosed && _streams.InFlight < _options.InFlightMax && _output.Length < _options.OutputBytesMax;

    /// <summary>True while it is well and has as many requests, or as much to send, as it takes.</summary>
    public bool IsFull => IsReady && !IsClosed && !HasRoom;

    /// <summary>Where a request is written, right after <see cref="TryTake"/>.</summary>
    public OutputBuffer Output => _output;

    /// <summary>The wire is there. Outside the lock; it may already have called in.</summary>
    public void Attach(IWire wire)
    {
        _core.Enter();
        _wire = wire;
        string? reason = _closeReason;
        _core.Exit();
        if (reason is not null)
        {
            wire.Close(reason);
            return;
        }

        wire.Flush();
    }

    /// <summary>Takes a stream id; whoever gets one writes one envelope into <see cref="Output"/> and calls <see cref="Flush"/>.</summary>
    public bool TryTake(PendingAnswer request, out short stream)
    {
        stream = -1;
        return !IsClosed && _streams.TryTake(request, out stream);
    }

    /// <summary>Something was written: it is sent once the lock is released.</summary>
    public void Flush()
    {
        if (!_flushDeferred && !IsClosed)
        {
            _flushDeferred = true;
            _core.Defer(this);
        }
    }

    /// <summary>The request is given up; its stream id stays taken until the answer comes.</summary>
    public void Abandon(short stream, PendingAnswer request)
    {
        if (_streams.Abandon(stream, request))
        {
            _lastAbandoned = _core.Now;
            if (_streams.MustClose)
            {
                Close($"{_streams.Orphans} answers are owed");
            }
        }
    }

    /// <summary>Ends the connection; whoever waits is told once the wire says that it is over.</summary>
    public void Close(string reason)
    {
        if (IsClosed)
        {
            return;
        }

        _closeReason = reason;
        IsReady = false;
        if (_wire is { } wire)
        {
            _core.Defer(new DeferredCall(() => wire.Close(reason)));
        }
    }

    /// <summary>Called every now and then: asks a silent server whether it is there, and closes when it does not say so.</summary>
    public void CheckHeartbeat()
    {
        TimeSpan now = _core.Now;
        if (!IsReady || IsClosed || !_options.Heartbeats)
        {
            return;
        }

        if (_preparations.Overdue() is { } statement)
        {
            Close($"'{statement}' was not prepared again in {ConnectionOptions.HeartbeatTimeout.TotalSeconds:0} s");
        }
        else if (_heartbeat is { } sent)
        {
            if (now - sent.Sent >= ConnectionOptions.HeartbeatTimeout)
            {
                Close($"no answer to a heartbeat in {ConnectionOptions.HeartbeatTimeout.TotalSeconds:0} s");
            }
        }
        else if (now - _lastReceived >= ConnectionOptions.HeartbeatAfter)
        {
            AskHeartbeat();
        }
    }

    /// <summary>Asks the server now, for instance because somebody said that it went down.</summary>
    public void AskHeartbeat()
    {
        if (_heartbeat is null && IsReady && !IsClosed)
        {
            Heartbeat heartbeat = new(this, _core.Now);
            if (TryTake(heartbeat, out short stream))
            {
                _heartbeat = heartbeat;
                Requests.Options(_output, Version, stream);
                Flush();
            }
        }
    }

    /// <summary>The server has forgotten a statement: it is prepared again, once however many ask.</summary>
    /// <param name="statement">Its number.</param>
    /// <param name="waiter">Told when that is done; null for who does not wait.</param>
    public void PrepareAgain(int statement, IPreparedWaiter? waiter) => _preparations.Begin(statement, waiter);

    /// <summary>The setup is done.</summary>
    public void BecomeReady()
    {
        IsReady = true;
        _owner.Ready(this);
    }

    /// <summary>From now on envelopes travel in segments (v5).</summary>
    public void UseSegments()
    {
        _framed = true;
        _reader.UseSegments();
    }

    void IEffect.Run() => _wire?.Flush();

    void IWireHandler.Opened()
    {
        _core.Enter();
        try
        {
            _lastReceived = _core.Now;
            IsOpen = true;
            if (!IsClosed)
            {
                _setup.Begin();
            }
        }
        finally
        {
            _core.Exit();
        }
    }

    bool IWireHandler.ExpectsMore => _streams.InFlight >= GatherFrom;

    Memory<byte> IWireHandler.ReceiveMemory() => _reader.GetMemory();

    void IWireHandler.Received(int count)
    {
        _reader.Advance(count);
        InlineCompletions.Begin();
        try
        {
            while (_reader.TryRead(out Envelope envelope))
            {
                _core.Enter();
                try
                {
                    Dispatch(envelope);
                    for (int taken = 1; taken < TakenAtOnceMax && _reader.HasNext && _reader.TryRead(out envelope); taken++)
                    {
                        Dispatch(envelope);
                    }
                }
                finally
                {
                    _core.Exit();
                }
            }
        }
        finally
        {
            InlineCompletions.End();
        }
    }

    bool IWireHandler.Collect(OutputBuffer output)
    {
        _core.EnterUntimed();
        _flushDeferred = false;
        bool framed = _framed;
        bool any = _output.Length > 0 && !_gone;
        if (any)
        {
            _output.Swap(framed ? _collected : output);
        }

        _core.Exit();
        if (any && framed)
        {
            Segments.Write(_collected.WrittenSpan, output);
            _collected.Clear();
        }

        return any;
    }

    void IWireHandler.Closed(string reason)
    {
        _core.Enter();
        try
        {
            if (_gone)
            {
                return;
            }

            reason = _closeReason ?? reason;
            _gone = true;
            IsReady = false;
            _reader.Close(); // nothing is received any more; who has leased an answer keeps it
            foreach (PendingAnswer pending in _streams.Fail())
            {
                pending.Lost(this, reason);
            }

            _owner.Closed(this, reason);
        }
        finally
        {
            _core.Exit();
        }
    }

    private void Dispatch(in Envelope envelope)
    {
        if (IsClosed)
        {
            return;
        }

        _lastReceived = _core.Now;
        if (envelope.Stream < 0)
        {
            if (envelope.Opcode == Opcode.Event)
            {
                _owner.Pushed(this, Responses.ReadEvent(envelope));
                return;
            }

            // An error with no request of ours: the server could not read what we sent.
            string said = envelope.Opcode == Opcode.Error ? Responses.ReadError(envelope).Message : envelope.Opcode.ToString();
            throw new ProtocolException($"an answer to no request: {said}");
        }

        switch (_streams.Answer(envelope.Stream, out PendingAnswer? request))
        {
            case StreamAnswer.Completes:
                Answer(request!, envelope);
                break;
            case StreamAnswer.Late:
                break;
            default:
                throw new ProtocolException($"an answer under stream id {envelope.Stream}, which is not out");
        }
    }

    /// <summary>Whoever gets an answer that cannot be read learns at once that the connection is lost: nothing else will come for it.</summary>
    private void Answer(PendingAnswer request, in Envelope envelope)
    {
        try
        {
            request.Answered(this, envelope);
        }
        catch (ProtocolException failure)
        {
            Close(failure.Message);
            request.Lost(this, failure.Message);
            throw;
        }
    }

    /// <summary>One question whether the server is there.</summary>
    private sealed class Heartbeat(CqlConnection connection, TimeSpan sent) : PendingAnswer
    {
        public TimeSpan Sent => sent;

        public override void Answered(CqlConnection from, in Envelope answer) => connection._heartbeat = null;

        public override void Lost(CqlConnection from, string reason) => connection._heartbeat = null;
    }
}
