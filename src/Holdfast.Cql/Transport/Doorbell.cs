using System.Net.Sockets;
using System.Security.Cryptography;

namespace Holdfast.Cql.Transport;

/// <summary>
/// Has something run by the thread that waits for a socket, after what that has at hand: a byte sent to a socket of its own, which it finds
/// when it looks for what has come. Where it cannot be rung any more the thread pool takes its place. Thread-safe.
/// </summary>
internal sealed class Doorbell : IDisposable
{
    private static readonly byte[] s_byte = [1];

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Action<Doorbell>? _answering;
    private readonly Lock _lock = new();
    private List<IThreadPoolWorkItem> _waiting = [];
    private List<IThreadPoolWorkItem> _taken = [];
    private bool _isBroken;

    /// <param name="answering">Called before what waited is run, by the thread that runs it.</param>
    /// <exception cref="SocketException">The system has no such sockets, or refuses one.</exception>
    public Doorbell(Action<Doorbell>? answering = null)
    {
        _answering = answering;
        try
        {
            // Of no file, and connected to itself: nobody else can send to it.
            UnixDomainSocketEndPoint name = new("\0holdfast-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
            _socket.Bind(name);
            _socket.Connect(name);
            _socket.Blocking = false;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        // On the pool, as this may be a thread that must not wait.
        Answers = Task.Run(AnswerAsync);
    }

    /// <summary>Ends when the bell can no longer be answered; fails with what a thing that was rung for threw, which it must not.</summary>
    public Task Answers { get; }

    /// <summary>Has it run soon; it must not throw. What is rung for while something waits is run with that.</summary>
    public void Ring(IThreadPoolWorkItem item)
    {
        lock (_lock)
        {
            if (!_isBroken)
            {
                _waiting.Add(item);
                if (_waiting.Count > 1)
                {
                    return;
                }
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
                return;
            }
        }

        try
        {
            _socket.Send(s_byte);
        }
        catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
        {
            // It has been rung so often that it is sure to be answered.
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Break();
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync()
    {
        byte[] received = new byte[s_byte.Length];
        try
        {
            while (true)
            {
                await _socket.ReceiveAsync(received, SocketFlags.None);
                _answering?.Invoke(this);
                lock (_lock)
                {
                    (_waiting, _taken) = (_taken, _waiting);
                }

                foreach (IThreadPoolWorkItem item in _taken)
                {
                    item.Execute();
                }

                _taken.Clear();
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is gone.
        }
        finally
        {
            Break();
        }
    }

    /// <summary>Nobody answers any more: what waits, and what is rung for from now on, is the pool's.</summary>
    private void Break()
    {
        List<IThreadPoolWorkItem> left;
        lock (_lock)
        {
            _isBroken = true;
            left = _waiting;
            _waiting = [];
        }

        foreach (IThreadPoolWorkItem item in left)
        {
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
        }
    }
}
