namespace Holdfast.Configuration;

/// <summary>The section <c>admin</c>: the listener for operators, on loopback unless told otherwise.</summary>
public sealed class AdminOptions
{
    /// <summary><c>listen_address</c>.</summary>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary><c>listen_port</c>: 1–65535; 0 takes any free port.</summary>
    public int ListenPort { get; set; } = 8089;

    /// <summary><c>only</c>: /healthz, /readyz, /metrics and /openapi answer on the admin listener alone.</summary>
    public bool Only { get; set; }
}
