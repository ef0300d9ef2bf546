using System.Net;
using Holdfast.Configuration;
using Holdfast.Telemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtlpProtocol = Holdfast.Configuration.OtlpProtocol;

namespace Holdfast.Hosting;

/// <summary>
/// Metrics and traces on their way to a collector, where the configuration names one. Threads of their own send them in batches from
/// bounded queues, and what finds a queue full is dropped: a collector that is away, or does not answer, is nothing that a request
/// could notice.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>What is kept for a collector that is away: spans, the newest of which are then dropped.</summary>
    private const int SpansMax = 2048;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_spansEvery = TimeSpan.FromSeconds(1);

    private readonly TelemetryOptions _options;
    private readonly Lazy<ILogger> _logger;
    private readonly CancellationTokenSource _leaving;

    private OtlpExport(TelemetryOptions options, TimeProvider time, Func<ILogger> logger)
    {
        _options = options;
        _logger = new Lazy<ILogger>(logger);
        _leaving = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>Null, and nothing registered, where the configuration names no collector.</summary>
    /// <param name="options">Which collector.</param>
    /// <param name="services">Where metrics are exported already.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Asked for when there is something to say.</param>
    public static OtlpExport? AddTo(IServiceCollection services, HoldfastOptions options, TimeProvider time, Func<ILogger> logger)
    {
        if (options.Telemetry.OtlpEndpoint is null)
        {
            return null;
        }

        var export = new OtlpExport(options.Telemetry, time, logger);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(options.Service.ServiceName, serviceVersion: BuildInfo.Version))
            .WithMetrics(metrics => metrics.AddOtlpExporter(exporter => export.Configure(exporter, "metrics")))
            .WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Telemetry.TraceSampleRatio)))
                .AddSource(RequestSpan.SourceName, Cql.CqlCluster.ActivitySourceName)
                .AddOtlpExporter(exporter =>
                {
                    export.Configure(exporter, "traces");
                    exporter.BatchExportProcessorOptions = new()
                    {
                        MaxQueueSize = SpansMax,
                        ScheduledDelayMilliseconds = (int)s_spansEvery.TotalMilliseconds,
                    };
                }));
        return export;
    }

    /// <summary>Sends what is left, as long as the collector takes it within two seconds, as the log and the events have them.</summary>
    public Task LeaveAsync(IServiceProvider services)
    {
        _leaving.CancelAfter(s_farewell);
        var most = (int)s_farewell.TotalMilliseconds;

        // The library waits by blocking: on threads that nobody else waits for, both at a time.
        return Task.WhenAll(
            Task.Run(() => services.GetRequiredService<TracerProvider>().Shutdown(most)),
            Task.Run(() => services.GetRequiredService<MeterProvider>().Shutdown(most)));
    }

    public void Dispose() => _leaving.Dispose();

    private void Configure(OtlpExporterOptions exporter, string signal)
    {
        var endpoint = _options.OtlpEndpoint!;
        var isGrpc = _options.OtlpProtocol == OtlpProtocol.Grpc;
        exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = isGrpc ? endpoint : new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
        exporter.TimeoutMilliseconds = (int)s_patience.TotalMilliseconds;
        if (_options.OtlpHeaders is { } headers)
        {
            exporter.Headers = headers;
        }

        exporter.HttpClientFactory = () => new HttpClient(Connections(signal)) { Timeout = s_patience };
    }

    private CollectorWatch Connections(string signal)
    {
        var sockets = new SocketsHttpHandler
        {
            // The headers are a secret of the configured address.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = s_patience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        return new CollectorWatch(sockets, signal, _options.OtlpEndpoint!, _logger, _leaving.Token);
    }
}
