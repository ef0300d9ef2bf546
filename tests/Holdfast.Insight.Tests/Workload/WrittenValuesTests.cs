using Holdfast.Insight.Workload;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

public sealed class WrittenValuesTests
{
    private static readonly SessionTtl s_minute = new(60);

    private readonly WrittenValues _values = new(buckets: 16);

    [Fact]
    public void A_key_is_known_with_its_last_value()
    {
        Assert.Equal(WrittenBefore.Unknown, Add(1, 10, at: 0));
        Assert.Equal(WrittenBefore.SameValue, Add(1, 10, at: 1));
        Assert.Equal(WrittenBefore.OtherValue, Add(1, 11, at: 2));
        Assert.Equal(WrittenBefore.SameValue, Add(1, 11, at: 3));
        Assert.Equal(WrittenBefore.Unknown, Add(2, 11, at: 3));
    }

    [Theory]
    [InlineData(58.9, true)]
    [InlineData(59.1, false)]
    [InlineData(61, false)]
    public void What_may_have_expired_is_not_taken_for_there(double at, bool held)
    {
        _values.Add(1, 10, s_minute, TimeSpan.FromSeconds(0.5));

        Assert.Equal(held, Holds(1, TimeSpan.FromSeconds(at)));
        Assert.Equal(held ? WrittenBefore.SameValue : WrittenBefore.Unknown, Add(1, 10, at));
    }

    [Fact]
    public void What_never_expires_is_forgotten_after_a_day()
    {
        _values.Add(1, 10, SessionTtl.Never, TimeSpan.Zero);

        Assert.True(Holds(1, TimeSpan.FromHours(23)));
        Assert.False(Holds(1, TimeSpan.FromHours(25)));
    }

    [Fact]
    public void What_was_deleted_is_forgotten()
    {
        Add(1, 10, at: 0);
        _values.Forget(1);

        Assert.False(Holds(1, TimeSpan.Zero));
        Assert.Equal(WrittenBefore.Unknown, Add(1, 10, at: 1));
    }

    [Fact]
    public void A_full_line_forgets_what_expires_soonest()
    {
        for (ulong i = 0; i < 5; i++)
        {
            _values.Add(i << 8 | 3, 1, new SessionTtl(100 - (int)i), TimeSpan.Zero); // all in one line
        }

        Assert.Equal([true, true, true, false, true], Enumerable.Range(0, 5).Select(i => Holds((ulong)i << 8 | 3, TimeSpan.Zero)));
    }

    [Fact]
    public void A_key_is_never_taken_for_one_that_was_not_written()
    {
        const int Seed = 20250331;
        Random random = new(Seed);
        Dictionary<ulong, uint> written = [];
        for (int i = 0; i < 20_000; i++)
        {
            ulong key = (ulong)random.Next(1, 500);
            uint value = (uint)random.Next(4);
            WrittenBefore before = Add(key, value, at: 0);
            WrittenBefore truth = !written.TryGetValue(key, out uint last) ? WrittenBefore.Unknown
                : last == value ? WrittenBefore.SameValue : WrittenBefore.OtherValue;
            Assert.True(before == truth || before == WrittenBefore.Unknown, $"seed {Seed}, write {i}: {before} instead of {truth}");
            written[key] = value;
        }
    }

    private bool Holds(ulong key, TimeSpan now) => _values.Find(key, 0, now) != WrittenBefore.Unknown;

    private WrittenBefore Add(ulong key, uint value, double at) => _values.Add(key, value, s_minute, TimeSpan.FromSeconds(at));
}
