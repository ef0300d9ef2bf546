using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Admin;

namespace Holdfast.Commands;

/// <summary>Asks a running server's admin listener, and says in words what went wrong.</summary>
internal static class AdminClient
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>No proxy: the listener is on this machine. No time limit: some answers take as long as the disk does.</summary>
    public static HttpClient Connect() =>
        new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>One question, one answer.</summary>
    /// <exception cref="AdminRequestException">There is no such answer; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<T> AskAsync<T>(
        Uri admin, HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var client = Connect();
        client.Timeout = s_patience;
        using HttpRequestMessage request = new(method, new Uri(admin, path)) { Content = content };
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, admin, cancellation);
            }

            return await response.Content.ReadFromJsonAsync(type, cancellation)
                ?? throw new AdminRequestException($"{admin} answered nothing.");
        }
        catch (HttpRequestException unreachable)
        {
            throw Unreachable(admin, unreachable);
        }
        catch (JsonException strange)
        {
            throw new AdminRequestException($"{admin} answered what no Holdfast of this version does: {strange.Message}", strange);
        }
        catch (TaskCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new AdminRequestException($"{admin} did not answer within {s_patience.TotalSeconds:0} s.", late);
        }
    }

    public static AdminRequestException Unreachable(Uri admin, HttpRequestException unreachable) => new(
        $"no Holdfast answers at {admin} ({unreachable.Message}). Is it running? --config FILE or --admin URL says where its admin listener is.",
        unreachable);

    public static async Task<AdminRequestException> RefusalAsync(HttpResponseMessage response, Uri admin, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return new($"{admin} answered {(int)response.StatusCode}: this is not a Holdfast's admin listener.");
        }

        var refusal = await response.Content.ReadFromJsonAsync(AdminJson.Default.AdminRefusal, cancellation);
        return new($"the server refused ({(int)response.StatusCode}): {refusal!.Detail}");
    }
}

/// <summary>What was asked for did not come to be, for a reason that an operator can do something about.</summary>
internal sealed class AdminRequestException : Exception
{
    public AdminRequestException(string message)
        : base(message)
    {
    }

    public AdminRequestException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
