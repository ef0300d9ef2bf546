using Holdfast.Cql.Core;
using Xunit;

namespace Holdfast.Cql.Tests.Core;

public sealed class InlineCompletionsTests
{
    [Fact]
    public void Of_one_receipt_the_first_few_run_where_it_was_received_and_outside_of_receipts_none()
    {
        Assert.False(InlineCompletions.TryTake());

        InlineCompletions.Begin();
        int taken = 0;
        while (taken < 1_000 && InlineCompletions.TryTake())
        {
            taken++;
        }

        Assert.InRange(taken, 1, 64);
        InlineCompletions.Begin();
        InlineCompletions.End();
        Assert.False(InlineCompletions.TryTake());
    }
}
