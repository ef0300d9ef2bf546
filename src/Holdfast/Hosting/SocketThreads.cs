using System.Globalization;
using Holdfast.Configuration;

namespace Holdfast.Hosting;

/// <summary>
/// Which threads handle requests. With sessions in a cluster, those that wait for the sockets: what a request does between two
/// socket events takes microseconds and never blocks, and every hand-over to another thread would cost more than that. With the
/// embedded store, which reads from disk, the thread pool's. docs/decisions/0041-requests-where-their-bytes-arrive.md.
/// </summary>
internal static class SocketThreads
{
    /// <summary>Whether a request is handled on the thread that received it.</summary>
    public static bool Handle(HoldfastOptions options) => options.Storage.Engine == StorageEngine.Cassandra;

    /// <summary>
    /// Tells the runtime, which asks once, before its first socket and its first pool thread: called before either is made. In a
    /// process that has had them already nothing changes but the speed.
    /// </summary>
    public static void Choose(HoldfastOptions options)
    {
        if (!Handle(options))
        {
            return;
        }

        // Half the processors wait for sockets and do all of it: the others are for the collector, and for what these threads have too much of.
        Prefer("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", 1);
        Prefer("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", (Environment.ProcessorCount + 1) / 2);

        // What is left for the pool comes rarely: threads that spin for it would find nothing.
        AppContext.SetData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", 0);
    }

    /// <summary>There is no setting for these but variables; an operator's own value stands.</summary>
    private static void Prefer(string variable, int value)
    {
        if (Environment.GetEnvironmentVariable(variable) is null)
        {
            Environment.SetEnvironmentVariable(variable, value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
