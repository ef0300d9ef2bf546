using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>The panels that only an instance with the embedded store fills, which no replay of a cluster's incident can show.</summary>
public sealed class EmbeddedPanelTests
{
    [Fact]
    public async Task Every_panel_of_the_embedded_store_has_data()
    {
        ForeignProgram.SkipUnlessInstalled(Monitoring.Prometheus, Monitoring.Alertmanager, RuleTests.Promtool);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-panels-");
        try
        {
            long began = TimeProvider.System.GetTimestamp();
            await using HoldfastProcess instance = await HoldfastProcess.StartAsync(Path.Combine(folder.FullName, "data"), durability: "relaxed");
            await using Monitoring monitoring = await Monitoring.StartAsync(instance, [], () => TimeProvider.System.GetElapsedTime(began));
            await using SteadyLoad load = new(instance.Sessions, seed: 1);
            IReadOnlyList<string> empty = ["nothing was asked yet"];
            while (empty.Count > 0 && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(4))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                empty = await monitoring.IsWatchingAsync() ? await monitoring.EmptyPanelsAsync(Dashboards.IsOfEmbeddedStore) : empty;
            }

            Assert.Contains(Dashboards.All, dashboard => dashboard.Queries.Any(Dashboards.IsOfEmbeddedStore));
            Assert.Empty(empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
