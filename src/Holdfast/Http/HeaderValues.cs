using Microsoft.Extensions.Primitives;

namespace Holdfast.Http;

/// <summary>Header names of ours, and header values made once.</summary>
internal static class HeaderValues
{
    /// <summary>In a POST: the entry's life in seconds. In an answer: what is left of it; 0 when it never expires.</summary>
    public const string Ttl = "Holdfast-TTL";

    public const string RequestId = "X-Request-ID";

    public static readonly StringValues Json = ProblemWriter.Json;
    public static readonly StringValues ProblemJson = ProblemWriter.ProblemJson;
    public static readonly StringValues OctetStream = "application/octet-stream";
    public static readonly StringValues NoStore = "no-store";
    public static readonly StringValues NoSniff = "nosniff";
    public static readonly StringValues RetryAfterOneSecond = "1";
    public static readonly StringValues Close = "close";
}
