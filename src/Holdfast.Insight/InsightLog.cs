using Microsoft.Extensions.Logging;

namespace Holdfast.Insight;

/// <summary>Every line that insight logs. Event ids are stable; keys and values never appear.</summary>
internal static partial class InsightLog
{
    [LoggerMessage(500, LogLevel.Warning, "The canary through {Coordinator} fails at its step '{Step}': {Reason}")]
    public static partial void CanaryFails(this ILogger logger, string coordinator, string step, string reason);

    [LoggerMessage(501, LogLevel.Information, "The canary through {Coordinator} succeeds again, after {Failures} failures")]
    public static partial void CanarySucceeds(this ILogger logger, string coordinator, long failures);
}
