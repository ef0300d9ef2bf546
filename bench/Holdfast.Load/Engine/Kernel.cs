using System.Runtime.InteropServices;

namespace Holdfast.Load.Engine;

/// <summary>The few calls of Linux that the loop makes, without a runtime's layers between.</summary>
/// <remarks>
/// .NET's own asynchronous sockets cost the generator more processor time than the request costs the server, and on two
/// cores that time is the server's. None of these calls blocks but <see cref="Wait"/>.
/// </remarks>
internal static unsafe partial class Kernel
{
    public const int InputEvent = 0x1;
    public const int OutputEvent = 0x4;
    public const int ErrorEvent = 0x8;
    public const int HangUpEvent = 0x10;
    public const int WouldBlock = 11;

    private const int EdgeTriggered = 1 << 31;
    private const int AddToEpoll = 1;
    private const int Inet = 2;
    private const int StreamNonBlocking = 1 | 0x800 | 0x80000;
    private const int InProgress = 115;
    private const int NoSignal = 0x4000;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int IpLevel = 0;
    private const int BindAddressNoPort = 24;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public static int EventLength { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int LastError => Marshal.GetLastPInvokeError();

    public static int OpenEpoll() => Checked(epoll_create1(0x80000), "epoll_create1");

    public static void Watch(int epoll, int socket, int index)
    {
        var record = stackalloc byte[16];
        *(uint*)record = unchecked((uint)(InputEvent | OutputEvent | EdgeTriggered));
        *(long*)(record + s_dataOffset) = index;
        Checked(epoll_ctl(epoll, AddToEpoll, socket, record), "epoll_ctl");
    }

    /// <summary>Waits for events, to the nanosecond; a negative time waits for ever.</summary>
    public static int Wait(int epoll, byte* events, int count, long nanoseconds)
    {
        var time = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        var ready = epoll_pwait2(epoll, events, count, nanoseconds < 0 ? null : &time, null);
        return ready >= 0 || LastError == 4 ? Math.Max(ready, 0) : throw Failure("epoll_pwait2");
    }

    public static int EventIndex(byte* events, int i) => (int)*(long*)(events + (i * EventLength) + s_dataOffset);

    public static uint EventFlags(byte* events, int i) => *(uint*)(events + (i * EventLength));

    /// <summary>Begins a connection from 127.0.0.<paramref name="source"/>, so that closed ones do not use up the ports.</summary>
    public static int Connect(int port, int source)
    {
        var socket = Checked(Kernel.socket(Inet, StreamNonBlocking, 0), "socket");
        var on = 1;
        _ = setsockopt(socket, TcpLevel, NoDelay, &on, sizeof(int));
        _ = setsockopt(socket, IpLevel, BindAddressNoPort, &on, sizeof(int));
        var from = Loopback(0, source);
        Checked(bind(socket, &from, sizeof(SocketAddress)), "bind");
        var to = Loopback(port, 1);
        if (connect(socket, &to, sizeof(SocketAddress)) < 0 && LastError != InProgress)
        {
            throw Failure("connect");
        }

        return socket;
    }

    public static int Send(int socket, byte* bytes, int count) => (int)send(socket, bytes, (nuint)count, NoSignal);

    public static int Receive(int socket, byte* bytes, int count) => (int)recv(socket, bytes, (nuint)count, 0);

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>Lets this thread wake at the moment it asked for, not up to 50 µs later.</summary>
    public static void WakePrecisely() => _ = prctl(29, 1, 0, 0, 0);

    private static SocketAddress Loopback(int port, int last) => new()
    {
        Family = Inet,
        Port = (ushort)((port >> 8) | ((port & 0xFF) << 8)),
        Address = 127u | ((uint)last << 24),
    };

    private static int Checked(int result, string call) => result >= 0 ? result : throw Failure(call);

    private static IOException Failure(string call) => new($"{call}: {Marshal.GetPInvokeErrorMessage(LastError)}");

    [StructLayout(LayoutKind.Sequential)]
    private struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

#pragma warning disable IDE1006 // The kernel's own names.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* record);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, byte* events, int count, TimeSpec* time, void* mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int socket, int level, int name, int* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int socket, SocketAddress* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int socket, SocketAddress* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, ulong a, ulong b, ulong c, ulong d);
#pragma warning restore IDE1006
}
