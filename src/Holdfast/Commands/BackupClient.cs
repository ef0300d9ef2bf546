using System.Text.Json;
using Holdfast.Admin;
using Holdfast.Embedded.Backup;

namespace Holdfast.Commands;

/// <summary>Asks a running server's admin listener for a backup and follows its answer.</summary>
internal static class BackupClient
{
    /// <summary>Gives the size of the backup in bytes.</summary>
    /// <exception cref="BackupFailedException">It did not come to be; the message says why and what to do.</exception>
    public static async Task<long> RunAsync(Uri admin, string directory, IProgress<BackupProgress> progress, CancellationToken cancellation)
    {
        // No proxy: the listener is on this machine, and its answer takes as long as the disk does.
        using SocketsHttpHandler handler = new() { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(admin, BackupEndpoint.Path))
        {
            Content = JsonContent.Create(new BackupRequest(directory), BackupJson.Default.BackupRequest),
        };
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            return response.IsSuccessStatusCode
                ? await FollowAsync(body, progress, cancellation)
                : throw new BackupFailedException(await RefusalAsync(response, body, admin, cancellation));
        }
        catch (HttpRequestException unreachable)
        {
            throw new BackupFailedException(
                $"no Holdfast answers at {admin} ({unreachable.Message}). Is it running? --config FILE or --admin URL says where its admin listener is.",
                unreachable);
        }
        catch (IOException cut)
        {
            throw new BackupFailedException("the server closed the connection before the backup was done; the backup is not complete.", cut);
        }
    }

    private static async Task<long> FollowAsync(Stream body, IProgress<BackupProgress> progress, CancellationToken cancellation)
    {
        using StreamReader lines = new(body);
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            var news = JsonSerializer.Deserialize(line, BackupJson.Default.BackupLine)!;
            if (news.Error is not null)
            {
                throw new BackupFailedException(news.Error);
            }

            progress.Report(new BackupProgress(news.BytesDone, news.BytesTotal));
            if (news.Done)
            {
                return news.BytesTotal;
            }
        }

        throw new BackupFailedException("the server's answer ended before the backup was done; the backup is not complete.");
    }

    private static async Task<string> RefusalAsync(HttpResponseMessage response, Stream body, Uri admin, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return $"{admin} answered {(int)response.StatusCode}: this is not a Holdfast's admin listener.";
        }

        var refusal = await JsonSerializer.DeserializeAsync(body, BackupJson.Default.BackupRefusal, cancellation);
        return $"the server refused ({(int)response.StatusCode}): {refusal!.Detail}";
    }
}

/// <summary>A backup did not come to be, for a reason that an operator can do something about.</summary>
internal sealed class BackupFailedException : Exception
{
    public BackupFailedException(string message)
        : base(message)
    {
    }

    public BackupFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
