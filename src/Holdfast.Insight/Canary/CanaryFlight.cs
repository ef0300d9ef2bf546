using System.Buffers;
using Holdfast.Sessions;

namespace Holdfast.Insight.Canary;

/// <summary>One canary through one coordinator: write, read back, compare, delete; the first step that fails ends it.</summary>
internal static class CanaryFlight
{
    // What a failed delete leaves behind goes by itself.
    private static readonly SessionTtl s_life = new(600);

    /// <returns>Where it failed and why, for a person; a reason never holds a key or a value.</returns>
    public static async ValueTask<(CanaryStep Failed, string? Reason)> FlyAsync(
        ISessionStore sessions, SessionKey key, byte[] value, CancellationToken cancellationToken)
    {
        CanaryStep step = CanaryStep.Write;
        try
        {
            WriteResult written = await sessions.SetAsync(key, new ReadOnlySequence<byte>(value), s_life, cancellationToken).ConfigureAwait(false);
            if (written.Status != StoreStatus.Ok)
            {
                return (step, written.Reason ?? written.Status.ToString());
            }

            step = CanaryStep.Read;
            ReadResult read = await sessions.GetAsync(key, cancellationToken).ConfigureAwait(false);
            if (read.Status == StoreStatus.NotFound)
            {
                return (CanaryStep.Compare, "what was just written is not there");
            }

            if (read.Lease is not { } lease)
            {
                return (step, read.Reason ?? read.Status.ToString());
            }

            using (lease)
            {
                if (!IsSame(lease, value))
                {
                    return (CanaryStep.Compare, "another value than what was just written");
                }
            }

            step = CanaryStep.Delete;
            WriteResult deleted = await sessions.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            return deleted.Status == StoreStatus.Ok ? (CanaryStep.None, null) : (step, deleted.Reason ?? deleted.Status.ToString());
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault of the store's own is what a canary is for; its text may hold anything.
            return (step, fault.GetType().Name);
        }
    }

    private static bool IsSame(SessionLease lease, byte[] value)
    {
        ArrayBufferWriter<byte> copy = new(Math.Max(1, lease.Length));
        lease.CopyTo(copy);
        return copy.WrittenSpan.SequenceEqual(value);
    }
}
