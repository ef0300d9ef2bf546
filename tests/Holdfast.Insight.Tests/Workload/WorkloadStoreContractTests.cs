using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;

namespace Holdfast.Insight.Tests.Workload;

/// <summary>Counted, with a limit that is enforced and never reached.</summary>
public sealed class WorkloadStoreContractTests : WatchedStoreContract
{
    protected override ISessionStore Around(ISessionStore inner, TimeProvider time)
    {
        WorkloadRecorder recorder = new(new WorkloadOptions(), new QuotaOptions
        {
            Enforce = true,
            Namespaces = new Dictionary<string, QuotaLimit> { ["none"] = new(1_000_000, 0) },
        });
        return new WorkloadSessionStore(inner, recorder, time);
    }
}
