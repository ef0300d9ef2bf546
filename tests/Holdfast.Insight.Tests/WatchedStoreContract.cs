using Holdfast.Embedded;
using Holdfast.Sessions;
using Holdfast.Sessions.Contract;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Holdfast.Insight.Tests;

/// <summary>The contract over the embedded store, with what watches it around it.</summary>
public abstract class WatchedStoreContract : SessionStoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-watched-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts it around the store.</summary>
    protected abstract ISessionStore Around(ISessionStore inner, TimeProvider time);

    protected override ValueTask<ISessionStore> OpenAsync()
    {
        EmbeddedStoreOptions options = new() { Path = Path.Combine(_folder.FullName, "data"), MinFreeBytes = 0 };
        return new(Around(EmbeddedSessionStore.Open(options, _time, NullLogger<EmbeddedSessionStore>.Instance), _time));
    }

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }
}
