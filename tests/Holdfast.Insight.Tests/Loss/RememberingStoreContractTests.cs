using Holdfast.Insight.Loss;
using Holdfast.Sessions;

namespace Holdfast.Insight.Tests.Loss;

/// <summary>Remembered; what it misses is asked of the same store once more.</summary>
public sealed class RememberingStoreContractTests : WatchedStoreContract
{
    protected override ISessionStore Around(ISessionStore inner, TimeProvider time) => new RememberingSessionStore(
        inner, 4_096, async (key, stop) => new SecondAnswer(await inner.GetAsync(key, stop), null), new LossCounts(), time);
}
