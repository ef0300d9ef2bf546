using Holdfast.Insight.Canary;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests.Canary;

public sealed class CanaryFlightTests : IAsyncDisposable
{
    private readonly ScriptedStore _store = new();

    [Fact]
    public async Task It_succeeds_and_leaves_nothing_behind()
    {
        Assert.Equal((CanaryStep.None, null), await FlyAsync());
        Assert.Single(_store.Written);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task A_write_that_is_not_acknowledged_fails_at_write()
    {
        _store.OnSet = _ => new(WriteResult.Unavailable("no quorum"));

        Assert.Equal((CanaryStep.Write, "no quorum"), await FlyAsync());
    }

    [Fact]
    public async Task A_full_disk_fails_at_write()
    {
        _store.OnSet = _ => new(WriteResult.OutOfSpace("full"));

        Assert.Equal((CanaryStep.Write, "full"), await FlyAsync());
    }

    [Fact]
    public async Task A_read_that_is_not_answered_fails_at_read()
    {
        _store.OnGet = _ => new(ReadResult.Unavailable("no quorum"));

        Assert.Equal((CanaryStep.Read, "no quorum"), await FlyAsync());
    }

    [Fact]
    public async Task What_is_missing_or_another_fails_at_compare()
    {
        _store.OnGet = _ => new(ReadResult.NotFound);
        Assert.Equal(CanaryStep.Compare, (await FlyAsync()).Failed);

        _store.OnGet = _ => new(ReadResult.Found(ScriptedStore.LeaseOf([1, 2, 4])));
        Assert.Equal(CanaryStep.Compare, (await FlyAsync()).Failed);
    }

    [Fact]
    public async Task A_delete_that_is_not_acknowledged_fails_at_delete_and_the_entry_goes_by_itself()
    {
        _store.OnDelete = _ => new(WriteResult.Unavailable("no quorum"));

        Assert.Equal((CanaryStep.Delete, "no quorum"), await FlyAsync());
        Assert.False(_store.Lives.Single().IsNever);
    }

    [Fact]
    public async Task A_fault_of_the_store_is_a_failed_step_and_its_text_is_not_repeated()
    {
        _store.OnGet = _ => throw new InvalidOperationException("a secret");

        Assert.Equal((CanaryStep.Read, nameof(InvalidOperationException)), await FlyAsync());
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task<(CanaryStep Failed, string? Reason)> FlyAsync() =>
        await CanaryFlight.FlyAsync(_store, new ReservedKeys("x").Canary("a"), [1, 2, 3], CancellationToken.None);
}
