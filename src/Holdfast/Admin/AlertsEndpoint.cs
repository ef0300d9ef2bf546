using System.Text.Json.Serialization;
using Holdfast.Events;
using Holdfast.Http;

namespace Holdfast.Admin;

/// <summary>
/// POST /admin/alerts on the admin listener: a receiver for Alertmanager's webhook, so that the event log knows what was alerted
/// and when. Nothing acts on it.
/// </summary>
internal sealed class AlertsEndpoint(string listenAddress, EventLog events)
{
    public const string Path = "/admin/alerts";

    private readonly Lock _lock = new();
    private readonly AlertMemory _memory = new();

    /// <param name="listenAddress">The admin listener's configured address: a name it may be called by.</param>
    /// <param name="events">Where alerts are kept.</param>
    public static AdminEndpoint Create(string listenAddress, EventLog events)
    {
        AlertsEndpoint endpoint = new(listenAddress, events);
        return new AdminEndpoint("POST", Path, (context, _) => endpoint.HandleAsync(context));
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (BrowserDefence.Check(context, listenAddress) is { } refusal)
        {
            await AdminExchange.RefuseAsync(context, refusal);
            return;
        }

        if (await AdminExchange.ReadAsync(
            context, WebhookJson.Default.WebhookBody, "Alertmanager's webhook, version 4", AlertWebhook.BodyBytesMax) is not { } body)
        {
            return;
        }

        if (AlertWebhook.Read(body) is not { } alerts)
        {
            await AdminExchange.RefuseAsync(context, AdminRefusal.BadRequest("'alerts' must be a list: the body is Alertmanager's webhook, version 4."));
            return;
        }

        var recorded = 0;
        foreach (var alert in alerts.Alerts)
        {
            if (IsNew(alert))
            {
                events.Add(alert);
                recorded++;
            }
        }

        await AdminExchange.AnswerAsync(
            context, new AlertsTaken(recorded, alerts.Alerts.Count - recorded, alerts.Ignored), WebhookJson.Default.AlertsTaken);
    }

    private bool IsNew(AlertReceived alert)
    {
        lock (_lock)
        {
            return _memory.IsNew(alert);
        }
    }
}

/// <summary>The answer.</summary>
/// <param name="Recorded">Alerts that are events now.</param>
/// <param name="Repeated">Alerts that were told before.</param>
/// <param name="Ignored">Entries that name no alert, and those past the bound.</param>
internal sealed record AlertsTaken(int Recorded, int Repeated, int Ignored);

/// <summary>How they are read and written. What Alertmanager says beside is passed over.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(AlertsTaken))]
internal sealed partial class WebhookJson : JsonSerializerContext;
