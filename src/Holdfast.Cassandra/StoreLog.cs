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

    [LoggerMessage(420, LogLevel.Warning, "A data centre cannot be reached for deletes: they complete in the local one and are repeated until all have them")]
    public static partial void DeletesPending(this ILogger logger);

    [LoggerMessage(421, LogLevel.Information, "Every pending delete has reached all data centres ({Repeated} repeated since the start)")]
    public static partial void DeletesDone(this ILogger logger, long repeated);

    [LoggerMessage(422, LogLevel.Error, "Too many deletes are pending ({Pending}): further ones are not repeated in the data centre that is away")]
    public static partial void DeletesDropped(this ILogger logger, int pending);

    [LoggerMessage(423, LogLevel.Information, "{Pending} deletes of an earlier run are pending in {Folder}")]
    public static partial void DeletesFound(this ILogger logger, int pending, string folder);

    [LoggerMessage(424, LogLevel.Warning, "Pending deletes are kept in memory only and do not survive a restart: {Folder} cannot be used ({Reason})")]
    public static partial void DeletesInMemory(this ILogger logger, string folder, string reason);

    [LoggerMessage(425, LogLevel.Warning, "{Bytes} bytes of the pending deletes in {Folder} cannot be read and are dropped; {Pending} were read")]
    public static partial void DeleteLogDamaged(this ILogger logger, string folder, long bytes, int pending);

    [LoggerMessage(426, LogLevel.Error, "Pending deletes cannot be written to disk ({Reason}): a restart would lose them")]
    public static partial void DeleteLogFails(this ILogger logger, string reason);
}
