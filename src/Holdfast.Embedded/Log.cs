using Microsoft.Extensions.Logging;

namespace Holdfast.Embedded;

/// <summary>Everything that the embedded store logs. Ids 200–299.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Warning, "Free space is below storage.embedded.min_free_bytes ({FreeBytes} bytes left): new values are refused, reads and deletes go on")]
    public static partial void SpaceLow(ILogger logger, long freeBytes);

    [LoggerMessage(201, LogLevel.Information, "Free space is back ({FreeBytes} bytes): new values are taken again")]
    public static partial void SpaceBack(ILogger logger, long freeBytes);

    [LoggerMessage(202, LogLevel.Error, "The log cannot be written ({Reason}): writes are refused until the database has been reopened")]
    public static partial void WriteFailed(ILogger logger, string reason);

    [LoggerMessage(203, LogLevel.Information, "The database was reopened: writes are taken again")]
    public static partial void Reopened(ILogger logger);

    [LoggerMessage(204, LogLevel.Warning, "The database could not be reopened ({Reason}): trying again")]
    public static partial void ReopenFailed(ILogger logger, string reason);

    [LoggerMessage(205, LogLevel.Critical, "fsync is switched off by HOLDFAST_TEST_FSYNC: a power cut loses acknowledged writes. For tests only")]
    public static partial void FsyncOff(ILogger logger);

    [LoggerMessage(206, LogLevel.Error, "The database cannot be read ({Reason})")]
    public static partial void ReadFailed(ILogger logger, string reason);

    [LoggerMessage(207, LogLevel.Error, "The log cannot be put on disk ({Reason}): writes are refused until the database has been reopened")]
    public static partial void SyncFailed(ILogger logger, string reason);

    [LoggerMessage(208, LogLevel.Critical, "The database was closed after its log failed and is not opened again: {Reason} Reads and writes are answered 'unavailable'; trying again")]
    public static partial void ReopenRefused(ILogger logger, string reason);

    [LoggerMessage(209, LogLevel.Warning, "What a backup left that was cut off cannot be removed, and keeps room taken: {Reason}")]
    public static partial void LeftoversRemain(ILogger logger, string reason);
}
