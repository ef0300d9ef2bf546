using Microsoft.Extensions.Logging;

namespace Holdfast.Insight;

/// <summary>Every line that insight logs. Event ids are stable; keys and values never appear.</summary>
internal static partial class InsightLog
{
    [LoggerMessage(500, LogLevel.Warning, "The canary through {Coordinator} fails at its step '{Step}': {Reason}")]
    public static partial void CanaryFails(this ILogger logger, string coordinator, string step, string reason);

    [LoggerMessage(501, LogLevel.Information, "The canary through {Coordinator} succeeds again, after {Failures} failures")]
    public static partial void CanarySucceeds(this ILogger logger, string coordinator, long failures);

    [LoggerMessage(510, LogLevel.Error, "Sessions are being lost: a sentinel session that was acknowledged {AgeSeconds:0} s ago, to live for {LifeSeconds} s, is gone")]
    public static partial void SessionLost(this ILogger logger, double ageSeconds, int lifeSeconds);

    [LoggerMessage(511, LogLevel.Warning, "A sentinel session that was acknowledged {AgeSeconds:0} s ago was missed by a read and found by a stronger one: reads are stale")]
    public static partial void SentinelFoundAtLast(this ILogger logger, double ageSeconds);

    [LoggerMessage(512, LogLevel.Warning, "A sentinel session could not be written: {Fault}")]
    public static partial void SentinelNotWritten(this ILogger logger, string fault);
}
