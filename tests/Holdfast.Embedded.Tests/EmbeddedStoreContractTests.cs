using Holdfast.Sessions;
using Holdfast.Sessions.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Holdfast.Embedded.Tests;

/// <summary>The contract, as the store is by default.</summary>
public sealed class EmbeddedStoreContractTests : SessionStoreContract
{
    private readonly DataFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<ISessionStore> OpenAsync() => new(_folder.Open(_time));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }
}

/// <summary>The contract without a cache and with relaxed durability: every read goes to the database.</summary>
public sealed class UncachedRelaxedStoreContractTests : SessionStoreContract
{
    private readonly DataFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<ISessionStore> OpenAsync() => new(_folder.Open(_time, options =>
    {
        options.CacheBytes = 0;
        options.Durability = Durability.Relaxed;
    }));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }
}
