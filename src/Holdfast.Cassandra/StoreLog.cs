using Holdfast.Cassandra.Checks;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cassandra;

/// <summary>Every line that the store logs. Event ids are stable; keys and values never appear.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(400, LogLevel.Warning, "{Check}: {Finding}")]
    public static partial void Found(this ILogger logger, Check check, string finding);

    [LoggerMessage(401, LogLevel.Information, "Nothing was found in the cluster that would lose sessions")]
    public static partial void FoundNothing(this ILogger logger);

    [LoggerMessage(402, LogLevel.Information, "cassandra.query_timeout_ms of {Asked} is longer than clients wait: a request ends after {Used} ms")]
    public static partial void DeadlineShortened(this ILogger logger, double asked, double used);
}
