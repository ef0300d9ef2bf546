using System.Security.Cryptography;
using System.Text;
using Holdfast.Admin;
using Holdfast.Configuration;
using Holdfast.Events;
using Holdfast.Http;

namespace Holdfast.Hosting;

/// <summary>What the running service tells its event log, and who tells it.</summary>
internal static class ServiceEvents
{
    /// <summary>The log's first event.</summary>
    public static Started Started(HoldfastOptions options, Uri address) => new(
        $"{Environment.MachineName}:{address.Port}",
        BuildInfo.Version,
        Fingerprint(options),
        options.Storage.Engine == StorageEngine.Embedded ? "embedded" : "cassandra");

    /// <summary>What the catalogues tell goes to the event log, too, at whatever level the log itself is written.</summary>
    public static void AddEvents(this ILoggingBuilder logging, EventLog events)
    {
        if (events.IsOn)
        {
            logging.AddProvider(new LoggedEvents(events));
            logging.AddFilter<LoggedEvents>((category, level) =>
                level is >= LogLevel.Information and not LogLevel.None && category?.StartsWith("Holdfast", StringComparison.Ordinal) is true);
        }
    }

    /// <summary>The admin listener's actions, each recorded; and the one that takes alerts. Without a log, they are as they were.</summary>
    public static IReadOnlyList<AdminEndpoint> Recorded(IReadOnlyList<AdminEndpoint> endpoints, EventLog events, string listenAddress) =>
        events.IsOn
            ? [.. endpoints.Select(endpoint => RecordedAction.Of(endpoint, events)), AlertsEndpoint.Create(listenAddress, events)]
            : endpoints;

    /// <summary>Tells two configurations apart, and nothing of what is in them: secrets are left out.</summary>
    public static string Fingerprint(HoldfastOptions options)
    {
        var text = string.Join('\n', SettingTable.All.Where(setting => !setting.IsSecret).Select(setting => $"{setting.Path}={setting.Show(options)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }
}
