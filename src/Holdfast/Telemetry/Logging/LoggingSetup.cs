namespace Holdfast.Telemetry.Logging;

/// <summary>Which messages are logged at all.</summary>
internal static class LoggingSetup
{
    public static void AddKaskLogging(this ILoggingBuilder logging, KaskLoggerProvider provider, LogLevel minimum)
    {
        logging.AddProvider(provider);
        logging.SetMinimumLevel(minimum);

        // The framework quotes request lines and paths, which hold keys, in its debug and information texts.
        var framework = minimum > LogLevel.Warning ? minimum : LogLevel.Warning;
        logging.AddFilter("Microsoft", framework);
        logging.AddFilter("System", framework);
        logging.AddFilter("OpenTelemetry", framework);

        // Enabled at any level, this category makes hosting create an Activity and a log scope for each request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
