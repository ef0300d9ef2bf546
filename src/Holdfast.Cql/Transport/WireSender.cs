using System.Net.Security;
using System.Net.Sockets;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Transport;

/// <summary>
/// The sending half of a wire: whoever flushes first sends, on its own thread as long as the socket takes it, and collects again
/// until nothing waits. Where more is about to come a thread that waits for sockets sends (<see cref="SocketThreadQueue"/>), after what it has at
/// hand, and takes what has gathered by then. There is no timer and no thread that waits for work.
/// </summary>
internal sealed class WireSender(IWireHandler handler, SocketWire wire) : IThreadPoolWorkItem
{
    private const int NotOpen = 0;
    private const int Idle = 1;
    private const int Sending = 2;
    private const int SendingAndAskedAgain = 3;
    private const int Stopped = 4;

    /// <summary>Collections by the thread of one flush; then the pool goes on, since that thread has work of its own.</summary>
    private const int TurnsMax = 16;

    private readonly OutputBuffer _output = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _socket;
    private SslStream? _secure;
    private int _state = NotOpen;

    /// <summary>From now on there is somewhere to send to; what has gathered before is sent.</summary>
    public void Open(Socket socket, SslStream? secure)
    {
        _socket = socket;
        _secure = secure;
        if (Interlocked.CompareExchange(ref _state, Idle, NotOpen) == NotOpen)
        {
            Flush();
        }
    }

    public void Flush()
    {
        while (true)
        {
            int now = Volatile.Read(ref _state);
            if (now is not (Idle or Sending))
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, now == Idle ? Sending : SendingAndAskedAgain, now) != now)
            {
                continue;
            }

            if (now == Idle)
            {
                if (handler.ExpectsMore)
                {
                    SocketThreadQueue.Add(this);
                }
                else
                {
                    Run();
                }
            }

            return;
        }
    }

    /// <summary>Nothing is collected any more once this has completed. The socket is closed already, so that no send takes long.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _state, Stopped) is Sending or SendingAndAskedAgain)
        {
            await _ended.Task;
        }

        _output.Free();
    }

    void IThreadPoolWorkItem.Execute() => Run();

    private void Run()
    {
        ValueTask sending = SendAsync();
        if (sending.IsCompleted)
        {
            sending.GetAwaiter().GetResult();
        }
        else
        {
            // It never fails, and StopAsync waits for its end.
            _ = sending.AsTask();
        }
    }

    private async ValueTask SendAsync()
    {
        try
        {
            for (int turn = 1; ; turn++)
            {
                if (Volatile.Read(ref _state) != Stopped && handler.Collect(_output))
                {
                    await SendCollectedAsync();
                    _output.Clear();
                    if (turn % TurnsMax == 0)
                    {
                        await Task.Yield();
                    }
                }
                else if (TryRest())
                {
                    return;
                }
            }
        }
        catch (Exception failure) // Whatever it was, what had been collected is lost: the connection is over.
        {
            wire.Fail(failure);
            if (Interlocked.Exchange(ref _state, Stopped) == Stopped)
            {
                _ended.SetResult();
            }
        }
    }

    /// <summary>Nothing waited: true when this is still so, or when the sender has been stopped.</summary>
    private bool TryRest()
    {
        int was = Interlocked.CompareExchange(ref _state, Idle, Sending);
        if (was == SendingAndAskedAgain)
        {
            was = Interlocked.CompareExchange(ref _state, Sending, SendingAndAskedAgain);
        }

        if (was == Stopped)
        {
            _ended.SetResult();
        }

        return was != SendingAndAskedAgain;
    }

    private async ValueTask SendCollectedAsync()
    {
        ReadOnlyMemory<byte> left = _output.Written;
        if (_secure is { } secure)
        {
            await secure.WriteAsync(left);
            return;
        }

        while (!left.IsEmpty)
        {
            left = left[await _socket!.SendAsync(left, SocketFlags.None)..];
        }
    }
}
