using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Admin;

/// <summary>A refusal, as a problem document (RFC 7807).</summary>
internal sealed record AdminRefusal(string Title, int Status, string Detail)
{
    public static AdminRefusal BadRequest(string detail) => new("Bad request", StatusCodes.Status400BadRequest, detail);
}

/// <summary>How the admin listener's actions read what they are asked and answer: JSON, small, or a problem document.</summary>
internal static class AdminExchange
{
    private const int MaxRequestBytes = 64 * 1024;

    /// <summary>Null when the body is not what was expected; the request has then been refused.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">What the body is to be.</param>
    /// <param name="example">What it looks like, for whoever sent another.</param>
    /// <param name="bytesMax">How long it may be.</param>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, string example, int bytesMax = MaxRequestBytes)
        where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bytesMax;
        }

        string detail;
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } request)
            {
                context.Features.Set(new AskedFor(request, type));
                return request;
            }

            detail = $"The body must be {example}.";
        }
        catch (JsonException)
        {
            detail = $"The body must be {example}.";
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            detail = $"The body is longer than {bytesMax} bytes.";
        }

        await RefuseAsync(context, AdminRefusal.BadRequest(detail));
        return null;
    }

    public static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, type), context.RequestAborted).AsTask();
    }

    public static Task RefuseAsync(HttpContext context, AdminRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/problem+json";
        return context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(refusal, AdminJson.Default.AdminRefusal), context.RequestAborted).AsTask();
    }
}

/// <summary>How what all actions share is written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AdminRefusal))]
internal sealed partial class AdminJson : JsonSerializerContext;
