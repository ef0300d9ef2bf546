namespace Holdfast.Telemetry;

#pragma warning disable SYSLIB1015 // What is not in a text is a field of its own on the line.

/// <summary>
/// Every line that this program logs, with an id that stays. Texts that Kask has are Kask's. What identifies a request
/// is passed beside the text and becomes the line's <c>request_id</c>.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "Error reading from storage ({Reason})")]
    public static partial void StorageReadFailed(this ILogger logger, string reason, string requestId);

    [LoggerMessage(1002, LogLevel.Error, "Error writing to storage ({Reason})")]
    public static partial void StorageWriteFailed(this ILogger logger, string reason, string requestId);

    [LoggerMessage(1003, LogLevel.Error, "Error deleting in storage ({Reason})")]
    public static partial void StorageDeleteFailed(this ILogger logger, string reason, string requestId);

    [LoggerMessage(1004, LogLevel.Error, "The store failed in an operation ({Operation}): a fault of this program")]
    public static partial void StoreFault(this ILogger logger, Exception exception, StoreOperation operation, string requestId);

    [LoggerMessage(1010, LogLevel.Error, "Request body is empty")]
    public static partial void EmptyBody(this ILogger logger, string requestId);

    [LoggerMessage(1011, LogLevel.Error, "Unsupported HTTP method ({Method})")]
    public static partial void UnsupportedMethod(this ILogger logger, string method, string requestId);

    [LoggerMessage(1012, LogLevel.Debug, "Error reading body of POST request: ({StatusCode})")]
    public static partial void BodyUnreadable(this ILogger logger, int statusCode, string requestId);

    [LoggerMessage(1101, LogLevel.Information, "Serving sessions at {Address}")]
    public static partial void Serving(this ILogger logger, string address, string[] addresses);

    [LoggerMessage(1102, LogLevel.Information, "Draining for {DrainSeconds} s: serving on, not ready for more")]
    public static partial void Draining(this ILogger logger, double drainSeconds);

    [LoggerMessage(1103, LogLevel.Information, "Stopping: finishing what is in flight, at most {TimeoutSeconds} s")]
    public static partial void Stopping(this ILogger logger, double timeoutSeconds);

    [LoggerMessage(1104, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(1105, LogLevel.Information, "The storage has answered: ready")]
    public static partial void Ready(this ILogger logger);

    [LoggerMessage(1106, LogLevel.Warning, "The storage cannot serve ({Reason})")]
    public static partial void StorageNotReady(this ILogger logger, string reason);

    [LoggerMessage(1107, LogLevel.Information, "The storage can serve again")]
    public static partial void StorageReadyAgain(this ILogger logger);

    [LoggerMessage(1110, LogLevel.Warning, "The collector at {Collector} does not take {Signal} ({Reason}): they are dropped until it does")]
    public static partial void CollectorFails(this ILogger logger, string signal, string collector, string reason);

    [LoggerMessage(1111, LogLevel.Information, "The collector at {Collector} takes {Signal} again")]
    public static partial void CollectorReached(this ILogger logger, string signal, string collector);

    [LoggerMessage(1120, LogLevel.Warning, "The event log cannot be written ({Reason}): events are kept in memory, as far as there is room, until it can")]
    public static partial void EventsNotWritten(this ILogger logger, string reason);

    [LoggerMessage(1121, LogLevel.Information, "The event log is written again")]
    public static partial void EventsWrittenAgain(this ILogger logger);
}
