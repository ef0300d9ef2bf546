using System.Net.Sockets;

namespace Holdfast.Cql.Transport;

/// <summary>
/// The runtime's threads that wait for sockets, where it has them run what the bytes were awaited for
/// (<c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1</c>, Linux): what is queued here is run by one of them once it has seen to what
/// has come, without another thread being woken. Where it does not, the thread pool runs it.
/// </summary>
/// <remarks>As the runtime's threads are there for all of a process and as long as it, so are these bells.</remarks>
internal static class SocketThreadQueue
{
    [ThreadStatic]
    private static Doorbell? t_bell;

    private static readonly Doorbell[] s_bells = MakeBells();
    private static int s_next;

    /// <summary>Has it run soon, by a thread that waits for sockets: by this one, if it is one of those.</summary>
    public static void Add(IThreadPoolWorkItem item)
    {
        if (s_bells.Length == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
            return;
        }

        (t_bell ??= s_bells[(uint)Interlocked.Increment(ref s_next) % s_bells.Length]).Ring(item);
    }

    private static Doorbell[] MakeBells()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS") != "1")
        {
            return [];
        }

        // As many as there are threads at most, by the runtime's own setting, or the processors.
        int threads = int.TryParse(Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"), out int set) && set > 0
            ? set
            : Environment.ProcessorCount;
        List<Doorbell> bells = [];
        try
        {
            while (bells.Count < Math.Min(threads, Environment.ProcessorCount))
            {
                bells.Add(new Doorbell(bell => t_bell = bell));
            }
        }
        catch (SocketException)
        {
            // As many as can be had; a system without such sockets has a pool.
        }

        return [.. bells];
    }
}
