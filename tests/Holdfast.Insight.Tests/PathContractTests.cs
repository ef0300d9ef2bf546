using System.Buffers;
using Holdfast.Insight.Loss;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;

namespace Holdfast.Insight.Tests;

/// <summary>The contract for requests that go by a <see cref="StorePath"/>, as those over HTTP do, with all that watches around the store.</summary>
public sealed class PathContractTests : WatchedStoreContract
{
    protected override ISessionStore Around(ISessionStore inner, TimeProvider time)
    {
        RememberingSessionStore remembering = new(
            inner, 1 << 16, async (key, token) => new SecondAnswer(await inner.GetAsync(key, token), null), new LossCounts(), time);
        return new ByPath(new WorkloadSessionStore(remembering, new WorkloadRecorder(new WorkloadOptions(), new QuotaOptions()), time), time);
    }

    private sealed class ByPath(ISessionStore outermost, TimeProvider time) : ISessionStore
    {
        private readonly StorePath _path = new(outermost);

        public async ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
        {
            long began = time.GetTimestamp();
            return await _path.FoundAsync(key, await _path.GetAsync(key, cancellationToken), began, cancellationToken);
        }

        public async ValueTask<WriteResult> SetAsync(
            SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
        {
            long began = time.GetTimestamp();
            WriteResult result = await _path.AdmitAsync(key, value, began, cancellationToken);
            if (result.Status != StoreStatus.Ok)
            {
                return result;
            }

            bool acknowledged = false;
            try
            {
                result = await _path.SetAsync(key, value, ttl, cancellationToken);
                acknowledged = result.Status == StoreStatus.Ok;
                return result;
            }
            finally
            {
                _path.Wrote(key, value, ttl, began, acknowledged);
            }
        }

        public ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken) => _path.DeleteAsync(key, cancellationToken);

        public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => outermost.CheckReadinessAsync(cancellationToken);

        public ValueTask DisposeAsync() => outermost.DisposeAsync();
    }
}
