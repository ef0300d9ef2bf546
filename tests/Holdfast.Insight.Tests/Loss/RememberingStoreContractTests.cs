using Holdfast.Embedded;
using Holdfast.Insight.Loss;
using Holdfast.Sessions;
using Holdfast.Sessions.Contract;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Holdfast.Insight.Tests.Loss;

/// <summary>The contract over the embedded store, remembered; what it misses is asked of the same store once more.</summary>
public sealed class RememberingStoreContractTests : SessionStoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-remembering-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override ValueTask<ISessionStore> OpenAsync()
    {
        EmbeddedStoreOptions options = new() { Path = Path.Combine(_folder.FullName, "data"), MinFreeBytes = 0 };
        EmbeddedSessionStore inner = EmbeddedSessionStore.Open(options, _time, NullLogger<EmbeddedSessionStore>.Instance);
        return new(new RememberingSessionStore(
            inner, 4_096, async (key, stop) => new SecondAnswer(await inner.GetAsync(key, stop), null), new LossCounts(), _time));
    }

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }
}
