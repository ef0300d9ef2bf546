using Holdfast.Embedded;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;
using Holdfast.Sessions.Contract;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Holdfast.Insight.Tests.Workload;

/// <summary>The contract over the embedded store, counted, with a limit that is enforced and never reached.</summary>
public sealed class WorkloadStoreContractTests : SessionStoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-workload-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override ValueTask<ISessionStore> OpenAsync()
    {
        EmbeddedStoreOptions options = new() { Path = Path.Combine(_folder.FullName, "data"), MinFreeBytes = 0 };
        WorkloadRecorder recorder = new(new WorkloadOptions(), new QuotaOptions
        {
            Enforce = true,
            Namespaces = new Dictionary<string, QuotaLimit> { ["none"] = new(1_000_000, 0) },
        });
        return new(new WorkloadSessionStore(
            EmbeddedSessionStore.Open(options, _time, NullLogger<EmbeddedSessionStore>.Instance), recorder, _time));
    }

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }
}
