using System.Diagnostics.Metrics;

namespace Holdfast.Configuration;

/// <summary>How OTLP is spoken.</summary>
public enum OtlpProtocol
{
    /// <summary>Protobuf in POST requests, by custom to port 4318.</summary>
    HttpProtobuf,

    /// <summary>gRPC, by custom to port 4317.</summary>
    Grpc,
}

/// <summary>The section <c>telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary><c>otlp_endpoint</c>: the collector that metrics and traces are sent to; null for none.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary><c>otlp_protocol</c>.</summary>
    public OtlpProtocol OtlpProtocol { get; set; }

    /// <summary><c>otlp_headers</c>: sent with every export, <c>name=value</c> with commas between; null for none. A secret.</summary>
    public string? OtlpHeaders { get; set; }

    /// <summary><c>trace_sample_ratio</c>: the share of requests without a <c>traceparent</c> that begin a trace.</summary>
    public double TraceSampleRatio { get; set; } = 0.01;

    /// <summary>Where instruments come from; null for the host's own. No setting: a benchmark has with it a host that nobody listens to.</summary>
    internal IMeterFactory? Meters { get; set; }
}
