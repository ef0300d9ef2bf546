using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Events;
using Holdfast.Http;

namespace Holdfast.Admin;

/// <summary>An operator's action is an event: what was asked, by whom, and how it was answered.</summary>
internal static class RecordedAction
{
    private const int AskedMax = 256;

    /// <summary>What only reads is no action.</summary>
    public static AdminEndpoint Of(AdminEndpoint endpoint, EventLog events) => HttpMethods.IsGet(endpoint.Method)
        ? endpoint
        : endpoint with
        {
            HandleAsync = async (context, store) =>
            {
                try
                {
                    await endpoint.HandleAsync(context, store);
                }
                finally
                {
                    events.Add(new OperatorActed(
                        $"{endpoint.Method} {endpoint.Path}",
                        BoundedText.Of(context.Features.Get<AskedFor>()?.Json, AskedMax),
                        context.Response.StatusCode,
                        context.Connection.RemoteIpAddress?.ToString()));
                }
            },
        };
}

/// <summary>
/// What an operator's request said, as it was understood. Every action's is recorded, so that none may hold a key or a value of a session.
/// </summary>
internal sealed record AskedFor(object Request, JsonTypeInfo Type)
{
    public string Json => JsonSerializer.SerializeToNode(Request, Type)?.ToJsonString() ?? "";
}
