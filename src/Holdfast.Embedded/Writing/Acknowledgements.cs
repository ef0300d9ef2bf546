using System.Collections.Concurrent;
using Holdfast.Sessions;

namespace Holdfast.Embedded.Writing;

/// <summary>
/// A handful of writes that were decided together and are answered together, one after another on one thread of the pool.
/// </summary>
/// <remarks>
/// Waking a thread costs as much as answering several requests: a batch answered by as many work items as it has writes
/// spent a quarter of the process's time in context switches. Two handfuls keep two cores busy.
/// </remarks>
internal sealed class Acknowledgements : IThreadPoolWorkItem
{
    /// <summary>Writes that one work item answers.</summary>
    public const int Handful = 16;

    private const int PoolMax = 64;

    private static readonly ConcurrentQueue<Acknowledgements> Pool = new();

    private readonly WriteRequest[] _requests = new WriteRequest[Handful];
    private WriteResult _result;
    private int _count;

    private Acknowledgements()
    {
    }

    /// <summary>Answers all of them with this, on the pool's threads.</summary>
    public static void Send(List<WriteRequest> requests, WriteResult result)
    {
        for (int from = 0; from < requests.Count; from += Handful)
        {
            Acknowledgements handful = Pool.TryDequeue(out Acknowledgements? pooled) ? pooled : new Acknowledgements();
            handful._count = Math.Min(Handful, requests.Count - from);
            handful._result = result;
            requests.CopyTo(from, handful._requests, 0, handful._count);
            ThreadPool.UnsafeQueueUserWorkItem(handful, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        for (int i = 0; i < _count; i++)
        {
            _requests[i].Complete(_result);
        }

        Array.Clear(_requests, 0, _count);
        if (Pool.Count < PoolMax)
        {
            Pool.Enqueue(this);
        }
    }
}
