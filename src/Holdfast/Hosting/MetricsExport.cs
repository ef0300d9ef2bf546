using Holdfast.Cassandra;
using Holdfast.Cql;
using Holdfast.Sessions;
using Holdfast.Telemetry;
using Holdfast.Telemetry.Durations;
using OpenTelemetry.Metrics;

namespace Holdfast.Hosting;

/// <summary>Which meters are exported, and how: Prometheus text, with Kask's names as they are.</summary>
/// <remarks>
/// ASP.NET Core's own meter of requests is not among them: <see cref="RequestMetrics"/> has its instruments, for a tenth of the cost. The
/// histograms of requests are written by ourselves, unless a collector wants them, too: then the SDK has to be told of each request.
/// docs/decisions/0118-requests-are-tallied-by-processor.md.
/// </remarks>
internal static class MetricsExport
{
    private static readonly string[] s_meters =
    [
        RequestMetrics.MeterName,
        "Holdfast.Embedded",
        "Holdfast.Cql",
        "Holdfast.Cassandra",
        Insight.InsightMeter.Name,
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    private static readonly string[] s_ours = [RequestMetrics.DurationName, RequestMetrics.ServerDurationName, CqlDurations.Name];

    /// <summary>
    /// Series that the SDK makes room for, of those with several for each coordinator; its own limit of 2,000 is that of 142 coordinators, and room
    /// that a coordinator took is not given back when it is gone. After so many addresses (1,170, for the attempts' fourteen outcomes) newcomers'
    /// would be one series without a name. Room for so many takes 1.6 MiB a metric, the SDK's own 0.3.
    /// </summary>
    private const int SeriesMax = 16_384;

    private static readonly string[] s_manyOfEach =
    [
        "holdfast_coordinator_attempts", "holdfast_coordinator_contradictions", "holdfast_coordinator_state", "holdfast_coordinator_transitions",
        "holdfast_canary_runs",
    ];

    /// <param name="services">Of the host.</param>
    /// <param name="all">Whether the SDK is to have the histograms of requests, too.</param>
    public static void AddMetricsExport(this IServiceCollection services, bool all) => services
        .AddOpenTelemetry()
        .WithMetrics(metrics => metrics
            .AddMeter(s_meters)
            .AddView(instrument => !all && s_ours.Contains(instrument.Name) ? MetricStreamConfiguration.Drop : null)
            .AddView(instrument => s_manyOfEach.Contains(instrument.Name) ? new MetricStreamConfiguration { CardinalityLimit = SeriesMax } : null)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
            }));

    /// <summary>The histograms that the SDK is not told of.</summary>
    public static IReadOnlyList<DurationFamily> Durations(RequestMetrics requests, ISessionStore? store) =>
        store is not CassandraSessionStore { Cluster: var cluster } ? requests.Durations :
        [
            .. requests.Durations,
            new DurationFamily(
                CqlDurations.Name, CqlDurations.Help, CqlDurations.Bounds,
                () => cluster.Durations().Select(series => new DurationSeries(series.Attributes, series.Counts, series.Sum))),
        ];

    /// <summary>A pipeline of its own, so that a scrape's middleware is no part of any other request's.</summary>
    /// <param name="services">Of the host.</param>
    /// <param name="durations">The histograms that the SDK does not have.</param>
    /// <param name="time">The clock.</param>
    public static RequestDelegate ScrapeEndpoint(IServiceProvider services, IReadOnlyList<DurationFamily> durations, TimeProvider time)
    {
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(
            services.GetRequiredService<MeterProvider>(), _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        return new Scrape(pipeline.Build(), durations, time).HandleAsync;
    }
}
