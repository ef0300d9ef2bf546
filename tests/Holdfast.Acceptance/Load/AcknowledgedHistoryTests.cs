using Xunit;

namespace Holdfast.Acceptance.Load;

/// <summary>The judge of the crash tests is itself judged.</summary>
public sealed class AcknowledgedHistoryTests
{
    private readonly AcknowledgedHistory _history = new();

    [Fact]
    public void Only_what_was_acknowledged_last_may_be_found()
    {
        Write("one", 1);
        Write("two", 2);

        Assert.True(_history.Allows("key", "two"));
        Assert.False(_history.Allows("key", "one"));
        Assert.False(_history.Allows("key", null));
    }

    [Fact]
    public void An_acknowledged_delete_stays_deleted()
    {
        Write("one", 1);
        Write(null, 2);

        Assert.True(_history.Allows("key", null));
        Assert.False(_history.Allows("key", "one"));
    }

    [Fact]
    public void What_was_never_answered_may_have_happened_or_not()
    {
        Write("one", 1);
        _history.Begin("key", "two");

        Assert.True(_history.Allows("key", "one"));
        Assert.True(_history.Allows("key", "two"));
        Assert.False(_history.Allows("key", "three"));
    }

    [Fact]
    public void A_store_that_may_lose_the_last_moments_may_go_back_to_them_and_no_further()
    {
        Write("one", 1);
        Write("two", 2);
        Write("three", 3);

        Assert.True(_history.AllowsLosing("key", "three", safe: TimeSpan.FromSeconds(5)));
        Assert.False(_history.AllowsLosing("key", "two", safe: TimeSpan.FromSeconds(5)));
        Assert.True(_history.AllowsLosing("key", "two", safe: TimeSpan.FromSeconds(2)));
        Assert.False(_history.AllowsLosing("key", "one", safe: TimeSpan.FromSeconds(2)));
        Assert.True(_history.AllowsLosing("key", null, safe: TimeSpan.FromSeconds(0.5)));
    }

    private void Write(string? value, double at)
    {
        _history.Begin("key", value);
        _history.Acknowledge("key", TimeSpan.FromSeconds(at));
    }
}
