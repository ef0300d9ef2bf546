using System.Diagnostics.Metrics;
using Holdfast.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using Xunit;

namespace Holdfast.Tests.Telemetry;

/// <summary>What becomes of the client's series on their way to Prometheus.</summary>
public sealed class MetricsExportTests
{
    private const int Outcomes = 14;

    /// <summary>The largest number of coordinators, each of which changes its address seven times: whoever is there is told by name, and who is gone is not.</summary>
    [Fact]
    public async Task However_often_coordinators_change_their_addresses_each_has_its_series()
    {
        const int coordinators = 128;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetricsExport(all: false);
        await using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<MeterProvider>()); // it listens from now
        using Meter meter = new("Holdfast.Cql");
        var generation = 0;
        meter.CreateObservableCounter("holdfast_coordinator_attempts", () =>
            from coordinator in Enumerable.Range(0, coordinators)
            from outcome in Enumerable.Range(0, Outcomes)
            select new Measurement<long>(
                1 + outcome, new("coordinator", $"10.{generation}.0.{coordinator}:9042"), new KeyValuePair<string, object?>("outcome", $"o{outcome}")));
        var told = "";
        for (; generation < 8; generation++)
        {
            // An answer is kept for 300 ms for whoever asks again.
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, TestContext.Current.CancellationToken);
            told = await ScrapeAsync(provider);
            Assert.Contains($"coordinator=\"10.{generation}.0.", told, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("overflow", told, StringComparison.Ordinal);
        Assert.DoesNotContain("coordinator=\"10.6.0.", told, StringComparison.Ordinal);
        Assert.Equal(
            coordinators * Outcomes,
            told.Split('\n').Count(line => line.StartsWith("holdfast_coordinator_attempts_total{", StringComparison.Ordinal)
                && line.Contains("coordinator=\"10.7.0.", StringComparison.Ordinal)));
    }

    private static async Task<string> ScrapeAsync(ServiceProvider provider)
    {
        var scrape = MetricsExport.ScrapeEndpoint(provider, [], TimeProvider.System);
        using MemoryStream body = new();
        DefaultHttpContext context = new() { RequestServices = provider, Response = { Body = body } };
        context.Request.Method = "GET";
        await scrape(context);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
