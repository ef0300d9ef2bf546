using System.Diagnostics.Metrics;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Embedded.Tests.Writing;

/// <summary>What waits for the disk together goes to it together.</summary>
public sealed class GroupCommitTests
{
    private const int Writes = 500;

    [Fact]
    public async Task Writes_that_wait_at_the_same_time_share_a_batch_and_its_fsync()
    {
        using DataFolder folder = new();
        using Meters meters = new();
        List<int> batches = [];
        int commits = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, sink) =>
        {
            if (ReferenceEquals(instrument.Meter, meters.Made)
                && instrument.Name is "holdfast_embedded_batch_size" or "holdfast_embedded_commit_duration_seconds")
            {
                sink.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => batches.Add(value)); // the one writer's thread alone
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => commits++);
        listener.Start();
        await using (EmbeddedSessionStore store = EmbeddedSessionStore.Open(
            folder.Options, TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance, meters))
        {
            WriteResult[] results = await Task.WhenAll(Enumerable.Range(0, Writes).Select(i => store.Set($"key{i}", "value")));
            Assert.All(results, result => Assert.Equal(StoreStatus.Ok, result.Status));
        }

        Assert.Equal(Writes, batches.Sum());
        Assert.Equal(batches.Count, commits);
        Assert.InRange(batches.Count, 1, Writes / 5); // one by one it would be as many as there are writes
    }
}
