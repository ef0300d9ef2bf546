namespace Holdfast.Cql.Transport;

/// <summary>How connections are encrypted and who is believed.</summary>
public sealed record CqlTlsOptions
{
    /// <summary>A PEM file with the authorities to trust; null for the machine's own.</summary>
    public string? CertificateAuthorityPath { get; init; }

    /// <summary>A PEM file with the client's certificate; null for none.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>A PEM file with its key; present exactly when <see cref="CertificatePath"/> is.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Whether the certificate must name the host that was asked for; on by default.</summary>
    public bool CheckHostName { get; init; } = true;
}
