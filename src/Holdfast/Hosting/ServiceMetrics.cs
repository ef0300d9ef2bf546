using System.Diagnostics.Metrics;
using Holdfast.Health;
using Holdfast.Telemetry;
using Holdfast.Telemetry.Logging;

namespace Holdfast.Hosting;

/// <summary>What the service says of itself as a whole: its build, its readiness, its log.</summary>
internal static class ServiceMetrics
{
    public static void Register(
        IMeterFactory meters, ServiceState state, Readiness readiness, KaskLoggerProvider log, LogQueue logQueue)
    {
        var meter = meters.Create(RequestMetrics.MeterName);
        KeyValuePair<string, object?>[] build =
        [
            new("version", BuildInfo.Version),
            new("build_date", BuildInfo.Date),
            new("build_host", BuildInfo.Host),
            new("go_version", BuildInfo.Runtime),
        ];
        _ = meter.CreateObservableGauge("kask_build_info", () => new Measurement<int>(1, build), null, "Build information");
        _ = meter.CreateObservableGauge(
            "holdfast_ready", () => state.Phase == ServicePhase.Ready ? 1 : 0, null, "1 while the service asks for requests.");
        _ = meter.CreateObservableGauge(
            "holdfast_storage_ready", () => readiness.IsStorageReady ? 1 : 0, null, "1 when the storage answered when last asked.");
        _ = meter.CreateObservableCounter(
            "holdfast_log_lines_dropped_total", () => logQueue.Dropped, null, "Log lines lost to a reader that was too slow.");
        LogLevel[] levels = [LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical];
        _ = meter.CreateObservableCounter(
            "holdfast_log_messages_total",
            () => levels.Select(level => new Measurement<long>(
                log.Count(level), new KeyValuePair<string, object?>("level", KaskLogFormat.Name(level)))),
            null,
            "Log messages by level, including those that repetition kept from being written.");
    }
}
