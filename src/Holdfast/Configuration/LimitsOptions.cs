using Holdfast.Sessions;

namespace Holdfast.Configuration;

/// <summary>The section <c>limits</c>: what one request may ask for.</summary>
public sealed class LimitsOptions
{
    /// <summary><c>max_value_bytes</c>: a larger body is answered 413.</summary>
    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary><c>max_key_bytes</c>, of UTF-8: a longer key is answered 400.</summary>
    public int MaxKeyBytes { get; set; } = 1024;

    /// <summary>
    /// <c>max_ttl</c> in seconds: the longest life a request may ask for; 0 sets no bound and allows entries that never
    /// expire. Seven days by default, below Cassandra's default gc_grace_seconds of ten, so that a delete is final; a
    /// longer <c>default_ttl</c> raises it when the file does not set it.
    /// </summary>
    public SessionTtl MaxTtl { get; set; } = new(7 * 24 * 60 * 60);

    /// <summary><c>max_connections</c>: open client connections; further ones are closed at once.</summary>
    public int MaxConnections { get; set; } = 16_384;
}
