using System.Runtime.InteropServices;
using Holdfast.Load.Protocol;

namespace Holdfast.Load.Engine;

/// <summary>One connection and the one request that is under way on it.</summary>
internal sealed unsafe class Connection
{
    private const int HeadRoom = 16 * 1024;

    private readonly int _epoll;
    private readonly int _index;
    private readonly int _port;
    private readonly RequestTemplate _template;
    private readonly SessionSet _sessions;
    private readonly byte[] _request;
    private readonly byte[] _response;
    private readonly byte* _requestStart;
    private readonly byte* _responseStart;
    private int _socket = -1;
    private int _sent;
    private int _received;
    private int _number;

    public Connection(int epoll, int index, LoadPlan plan, RequestTemplate template)
    {
        _epoll = epoll;
        _index = index;
        _port = plan.Port;
        _template = template;
        _sessions = plan.Sessions;

        // Pinned for as long as this object lives.
        _request = GC.AllocateUninitializedArray<byte>(template.Bytes.Length, pinned: true);
        _response = GC.AllocateUninitializedArray<byte>(HeadRoom + plan.Sessions.ValueBytes, pinned: true);
        _requestStart = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_request, 0);
        _responseStart = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_response, 0);
        template.Bytes.CopyTo(_request, 0);
    }

    public bool IsBusy { get; private set; }

    /// <summary>When the request under way was due.</summary>
    public long DueAt { get; private set; }

    /// <summary>Requests answered since the connection was opened.</summary>
    public int Answered { get; private set; }

    public bool IsOpen => _socket >= 0;

    public void Open()
    {
        _socket = Kernel.Connect(_port, 2 + (_index % 200));
        Kernel.Watch(_epoll, _socket, _index);
        Answered = 0;
    }

    public void Close()
    {
        Kernel.Close(_socket);
        _socket = -1;
        IsBusy = false;
    }

    /// <summary>Sends a request for a session.</summary>
    /// <returns>What went wrong; null when nothing did.</returns>
    public string? Begin(int number, long dueAt)
    {
        _number = number;
        DueAt = dueAt;
        IsBusy = true;
        _sent = 0;
        _received = 0;
        _sessions.WriteKey(number, _request.AsSpan(_template.KeyOffset));
        if (_template.BodyLength > 0)
        {
            _sessions.Value(number).CopyTo(_request.AsSpan(_template.BodyOffset));
        }

        return SendRest();
    }

    /// <summary>Sends what is left of the request.</summary>
    /// <returns>What went wrong; null when nothing did.</returns>
    public string? SendRest()
    {
        while (_sent < _request.Length)
        {
            var count = Kernel.Send(_socket, _requestStart + _sent, _request.Length - _sent);
            if (count < 0)
            {
                return Kernel.LastError == Kernel.WouldBlock ? null : "the connection ended while sending";
            }

            _sent += count;
        }

        return null;
    }

    /// <summary>Takes what has come.</summary>
    /// <param name="error">What is wrong with it; null when nothing is.</param>
    /// <returns>True when the answer is complete, and right unless <paramref name="error"/> says otherwise.</returns>
    public bool TryReceive(out string? error)
    {
        error = null;
        while (true)
        {
            var room = _response.Length - _received;
            var count = Kernel.Receive(_socket, _responseStart + _received, room);
            if (count <= 0)
            {
                error = count < 0 && Kernel.LastError == Kernel.WouldBlock ? null
                    : IsBusy ? "the connection ended before the answer" : "the connection ended";
                return false;
            }

            _received += count;
            if (ResponseHead.TryParse(_response.AsSpan(0, _received), out var head)
                && (head.Status == 0 || _received >= head.Total))
            {
                error = Fault(head);
                IsBusy = false;
                Answered++;
                return true;
            }

            if (count < room)
            {
                return false; // The kernel had no more; the next bytes raise a new event.
            }
        }
    }

    private string? Fault(in ResponseHead head)
    {
        if (head.Status != _template.Status)
        {
            return $"status {head.Status}, not {_template.Status}";
        }

        if (_received != head.Total)
        {
            return "bytes behind the answer";
        }

        if (_template.Length >= 0 && head.BodyLength != _template.Length)
        {
            return $"a body of {head.BodyLength} bytes, not {_template.Length}";
        }

        return _template.ChecksBody && !_response.AsSpan(head.HeadLength, head.BodyLength).SequenceEqual(_sessions.Value(_number))
            ? "another value than was stored"
            : null;
    }
}
