namespace Holdfast.Cql.Transport;

/// <summary>How connections are encrypted and who is believed.</summary>
public sealed record CqlTlsOptions
{
    /// <summary>A PEM file with the authorities to trust; null for the machine's own.</summary>
    public string? CertificateAuthorityPath { get; init; }

    /// <summary>A PEM file with the client's certificate, and behind it those that lead to its authority; null for none.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>A PEM file with its key; null when the key is in <see cref="CertificatePath"/>, too.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Whether the certificate must name the host that was asked for; on by default.</summary>
    public bool CheckHostName { get; init; } = true;

    /// <summary>A name that the certificate of every host carries; null when each carries the host's own address.</summary>
    public string? ServerName { get; init; }
}
