using System.Text.Json;
using Holdfast.Admin;
using Holdfast.Embedded.Backup;

namespace Holdfast.Commands;

/// <summary>Asks a running server's admin listener for a backup and follows its answer.</summary>
internal static class BackupClient
{
    /// <summary>Gives the size of the backup in bytes.</summary>
    /// <exception cref="AdminRequestException">It did not come to be; the message says why and what to do.</exception>
    public static async Task<long> RunAsync(Uri admin, string directory, IProgress<BackupProgress> progress, CancellationToken cancellation)
    {
        using var client = AdminClient.Connect();
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
                : throw await AdminClient.RefusalAsync(response, admin, cancellation);
        }
        catch (HttpRequestException unreachable)
        {
            throw AdminClient.Unreachable(admin, unreachable);
        }
        catch (IOException cut)
        {
            throw new AdminRequestException("the server closed the connection before the backup was done; the backup is not complete.", cut);
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
                throw new AdminRequestException(news.Error);
            }

            progress.Report(new BackupProgress(news.BytesDone, news.BytesTotal));
            if (news.Done)
            {
                return news.BytesTotal;
            }
        }

        throw new AdminRequestException("the server's answer ended before the backup was done; the backup is not complete.");
    }
}
