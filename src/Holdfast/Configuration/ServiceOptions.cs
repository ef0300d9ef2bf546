using Holdfast.Sessions;

namespace Holdfast.Configuration;

/// <summary>Kask's top-level keys, with Kask's defaults.</summary>
public sealed class ServiceOptions
{
    /// <summary><c>service_name</c>: the <c>appname</c> of every log line.</summary>
    public string ServiceName { get; set; } = "kask";

    /// <summary><c>base_uri</c>: the path before the key; starts and ends with a slash (added where missing).</summary>
    public string BaseUri { get; set; } = "/v1/";

    /// <summary><c>listen_address</c>: a host name or an IP address.</summary>
    public string ListenAddress { get; set; } = "localhost";

    /// <summary><c>listen_port</c>: 1–65535; 0 takes any free port.</summary>
    public int ListenPort { get; set; } = 8080;

    /// <summary><c>default_ttl</c> in seconds: the life of an entry whose request names none; 0 never expires.</summary>
    public SessionTtl DefaultTtl { get; set; } = new(86_400);

    /// <summary><c>log_level</c>: debug, info, warning, error or fatal.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary><c>openapi_spec</c>: accepted for Kask's sake and not read; the document is built from the code.</summary>
    public string? OpenApiSpec { get; set; }

    /// <summary><c>tls.cert</c>: a PEM file; null serves plain HTTP.</summary>
    public string? TlsCertificatePath { get; set; }

    /// <summary><c>tls.key</c>: the PEM file of the certificate's private key.</summary>
    public string? TlsKeyPath { get; set; }
}
