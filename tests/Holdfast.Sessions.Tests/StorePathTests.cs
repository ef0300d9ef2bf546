using System.Buffers;
using Xunit;

namespace Holdfast.Sessions.Tests;

/// <summary>A path through stores that follow one another comes to what they come to when each asks the one behind it.</summary>
public sealed class StorePathTests : IAsyncDisposable
{
    private static readonly SessionKey s_key = new("k"u8.ToArray());

    private readonly List<string> _said = [];
    private readonly Kept _kept;
    private readonly Follower _inner;
    private readonly Follower _outer;
    private readonly StorePath _path;

    public StorePathTests()
    {
        _kept = new Kept(_said);
        _inner = new Follower("inner", _kept, _said);
        _outer = new Follower("outer", _inner, _said);
        _path = new StorePath(_outer);
    }

    public ValueTask DisposeAsync() => _outer.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_read_is_followed_from_the_inside_out(bool takesTime, bool byPath)
    {
        _inner.TakesTime = takesTime;
        ReadResult result = byPath
            ? await _path.FoundAsync(s_key, await _path.GetAsync(s_key, CancellationToken.None), 7, CancellationToken.None)
            : await _outer.GetAsync(s_key, CancellationToken.None);

        Assert.Equal("away, inner, outer", result.Reason);
        Assert.Equal(byPath ? ["get", "inner found 7", "outer found 7"] : ["get", "inner found", "outer found"], Said(byPath));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_write_is_admitted_from_the_outside_in_and_told_from_the_inside_out(bool takesTime, bool byPath)
    {
        _outer.TakesTime = takesTime;
        Assert.Equal(StoreStatus.Ok, (await SetAsync(byPath)).Status);

        Assert.Equal(
            byPath
                ? ["outer admits 7", "inner admits 7", "set", "inner wrote 7 True", "outer wrote 7 True"]
                : ["outer admits", "inner admits", "set", "inner wrote True", "outer wrote True"],
            Said(byPath));
    }

    [Theory]
    [InlineData(false, false, "outer")]
    [InlineData(false, true, "outer")]
    [InlineData(true, false, "outer")]
    [InlineData(true, true, "outer")]
    [InlineData(false, true, "inner")]
    [InlineData(true, true, "inner")]
    public async Task A_write_that_is_not_admitted_is_neither_made_nor_told(bool takesTime, bool byPath, string by)
    {
        (_outer.TakesTime, _inner.TakesTime) = (takesTime, takesTime);
        (by == "outer" ? _outer : _inner).Admits = false;
        Assert.Equal((StoreStatus.OverQuota, by), (await SetAsync(byPath) is var result ? (result.Status, result.Reason) : default));

        string[] asked = by == "outer" ? ["outer admits"] : ["outer admits", "inner admits"];
        Assert.Equal(byPath ? [.. asked.Select(text => text + " 7")] : asked, Said(byPath));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_fails_or_throws_is_told_as_not_acknowledged(bool byPath)
    {
        _kept.Fails = true;
        Assert.Equal(StoreStatus.Unavailable, (await SetAsync(byPath)).Status);
        Assert.Contains(byPath ? "outer wrote 7 False" : "outer wrote False", Said(byPath));
        _said.Clear();
        if (!byPath)
        {
            _kept.Throws = true;
            await Assert.ThrowsAsync<IOException>(async () => await SetAsync(byPath));
            Assert.Equal(["outer admits", "inner admits", "set", "inner wrote False", "outer wrote False"], Said(byPath));
        }
    }

    [Fact]
    public async Task A_delete_goes_through_each_store()
    {
        await _path.DeleteAsync(s_key, CancellationToken.None);
        Assert.Equal(["outer deletes", "inner deletes", "delete"], _said);
    }

    [Fact]
    public async Task A_store_that_nobody_follows_is_asked_itself()
    {
        StorePath alone = new(_kept);
        ReadResult found = await alone.GetAsync(s_key, CancellationToken.None);
        Assert.Equal("away", (await alone.FoundAsync(s_key, found, 7, CancellationToken.None)).Reason);
        Assert.Equal(StoreStatus.Ok, (await alone.AdmitAsync(s_key, default, 7, CancellationToken.None)).Status);
        alone.Wrote(s_key, default, default, 7, acknowledged: true);
        Assert.Equal(["get"], _said);
    }

    /// <summary>What was said; without the time, which is the present where a store is asked itself.</summary>
    private IEnumerable<string> Said(bool byPath) => byPath
        ? _said
        : _said.Select(text => string.Join(' ', text.Split(' ').Where(word => !word.All(char.IsAsciiDigit))));

    private async ValueTask<WriteResult> SetAsync(bool byPath)
    {
        if (!byPath)
        {
            return await _outer.SetAsync(s_key, default, new SessionTtl(1), CancellationToken.None);
        }

        WriteResult result = await _path.AdmitAsync(s_key, default, 7, CancellationToken.None);
        if (result.Status == StoreStatus.Ok)
        {
            result = await _path.SetAsync(s_key, default, new SessionTtl(1), CancellationToken.None);
            _path.Wrote(s_key, default, new SessionTtl(1), 7, result.Status == StoreStatus.Ok);
        }

        return result;
    }

    private sealed class Kept(List<string> said) : ISessionStore
    {
        public bool Fails { get; set; }

        public bool Throws { get; set; }

        public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
        {
            said.Add("get");
            return new(ReadResult.Unavailable("away"));
        }

        public async ValueTask<WriteResult> SetAsync(
            SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
        {
            said.Add("set");
            await Task.Yield();
            return Throws ? throw new IOException("torn") : Fails ? WriteResult.Unavailable("away") : WriteResult.Ok;
        }

        public ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
        {
            said.Add("delete");
            return new(WriteResult.Ok);
        }

        public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => new(StoreReadiness.Ready);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Follower(string name, ISessionStore source, List<string> said) : FollowingStore(source, TimeProvider.System)
    {
        public bool TakesTime { get; set; }

        public bool Admits { get; set; } = true;

        public override async ValueTask<ReadResult> FoundAsync(
            SessionKey key, ReadResult found, long began, CancellationToken cancellationToken)
        {
            said.Add($"{name} found {began}");
            await PauseAsync();
            return ReadResult.Unavailable($"{found.Reason}, {name}");
        }

        public override async ValueTask<WriteResult> AdmitAsync(
            SessionKey key, ReadOnlySequence<byte> value, long began, CancellationToken cancellationToken)
        {
            said.Add($"{name} admits {began}");
            await PauseAsync();
            return Admits ? WriteResult.Ok : WriteResult.OverQuota(name);
        }

        public override void Wrote(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl, long began, bool acknowledged) =>
            said.Add($"{name} wrote {began} {acknowledged}");

        public override ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
        {
            said.Add($"{name} deletes");
            return Source.DeleteAsync(key, cancellationToken);
        }

        private async ValueTask PauseAsync()
        {
            if (TakesTime)
            {
                await Task.Yield();
            }
        }
    }
}
