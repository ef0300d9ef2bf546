using System.Globalization;
using System.Text.Json;
using Holdfast.Events;

namespace Holdfast.Admin;

/// <summary>Of Alertmanager's webhook what is looked at; its parts are taken as they come, since any label may hold anything.</summary>
/// <param name="Alerts">A list, if it is one of theirs.</param>
internal sealed record WebhookBody(JsonElement Alerts);

/// <summary>From a webhook's body to alerts. Takes nothing for granted: not what kind a value is, how long it is, or how many there are.</summary>
internal static class AlertWebhook
{
    public const int BodyBytesMax = 1024 * 1024;
    public const int AlertsMax = 256;

    private const int NameMax = 128;
    private const int SummaryMax = 256;

    /// <summary>Null when there is no list of alerts.</summary>
    public static (IReadOnlyList<AlertReceived> Alerts, int Ignored)? Read(WebhookBody body)
    {
        if (body.Alerts.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<AlertReceived> alerts = [];
        var ignored = 0;
        foreach (var entry in body.Alerts.EnumerateArray())
        {
            if (alerts.Count < AlertsMax && Alert(entry) is { } alert)
            {
                alerts.Add(alert);
            }
            else
            {
                ignored++;
            }
        }

        return (alerts, ignored);
    }

    private static AlertReceived? Alert(JsonElement entry)
    {
        var labels = Member(entry, "labels");
        var (name, status, startsAt) = (Text(labels, "alertname", NameMax), Text(entry, "status", NameMax), Moment(entry, "startsAt"));
        if (name is null || status is not ("firing" or "resolved") || startsAt is null)
        {
            return null;
        }

        return new AlertReceived(
            name,
            status,
            Text(labels, "severity", NameMax),
            Text(labels, "instance", NameMax),
            Text(labels, "coordinator", NameMax),
            startsAt.Value,
            Moment(entry, "endsAt"),
            Text(Member(entry, "annotations"), "summary", SummaryMax),
            Text(entry, "fingerprint", NameMax));
    }

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? of, string name, int charactersMax)
    {
        try
        {
            return Member(of, name) is { ValueKind: JsonValueKind.String } text ? BoundedText.Of(text.GetString(), charactersMax) : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair is no text
        }
    }

    /// <summary>Null for none, which Alertmanager writes as the year 1.</summary>
    private static DateTimeOffset? Moment(JsonElement of, string name) =>
        DateTimeOffset.TryParse(
            Text(of, name, NameMax), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
        && at.Year > 1
            ? at
            : null;
}

/// <summary>
/// Which alerts were told already: Alertmanager repeats what goes on firing, and tells a whole group when one of it changes. Bounded; what
/// it forgets is told twice, and the report counts it once. Not thread-safe.
/// </summary>
internal sealed class AlertMemory
{
    public const int Capacity = 1024;

    private readonly HashSet<((string, string, DateTimeOffset) Firing, string Status)> _told = [];
    private readonly Queue<((string, string, DateTimeOffset) Firing, string Status)> _order = [];

    public bool IsNew(AlertReceived alert)
    {
        var identity = (alert.Firing, alert.Status);
        if (!_told.Add(identity))
        {
            return false;
        }

        _order.Enqueue(identity);
        if (_order.Count > Capacity)
        {
            _told.Remove(_order.Dequeue());
        }

        return true;
    }
}
