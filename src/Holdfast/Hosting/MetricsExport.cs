using Holdfast.Http;
using Holdfast.Telemetry;
using OpenTelemetry.Metrics;

namespace Holdfast.Hosting;

/// <summary>Which meters are exported, and how: Prometheus text, with Kask's names as they are.</summary>
/// <remarks>
/// ASP.NET Core's own meter of requests is not among them: <see cref="RequestMetrics"/> has its instruments, for a tenth of the cost.
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

    public static void AddMetricsExport(this IServiceCollection services) => services
        .AddOpenTelemetry()
        .WithMetrics(metrics => metrics
            .AddMeter(s_meters)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
            }));

    /// <summary>A pipeline of its own, so that a scrape's middleware is no part of any other request's.</summary>
    public static RequestDelegate ScrapeEndpoint(IServiceProvider services)
    {
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(
            services.GetRequiredService<MeterProvider>(), _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        var scrape = pipeline.Build();
        return context =>
        {
            context.Response.Headers.CacheControl = HeaderValues.NoStore;
            return scrape(context);
        };
    }
}
