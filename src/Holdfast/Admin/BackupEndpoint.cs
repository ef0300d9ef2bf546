using System.Text.Json;
using System.Threading.Channels;
using Holdfast.Embedded;
using Holdfast.Embedded.Backup;
using Holdfast.Http;
using Holdfast.Sessions;

namespace Holdfast.Admin;

/// <summary>
/// POST /admin/backup on the admin listener: copies the running store to a folder and tells how far it is, one line of
/// JSON at a time. Lives in this folder: what operators can ask of the running server beside its health.
/// </summary>
internal sealed class BackupEndpoint(string listenAddress)
{
    public const string Path = "/admin/backup";

    private int _running;

    /// <param name="listenAddress">The admin listener's configured address: a name it may be called by.</param>
    public static AdminEndpoint Create(string listenAddress) => new("POST", Path, new BackupEndpoint(listenAddress).HandleAsync);

    private async Task HandleAsync(HttpContext context, ISessionStore store)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (BrowserDefence.Check(context, listenAddress) is { } refusal)
        {
            await AdminExchange.RefuseAsync(context, refusal);
        }
        else if (store is not EmbeddedSessionStore embedded)
        {
            await AdminExchange.RefuseAsync(context, new("Not implemented", StatusCodes.Status501NotImplemented, "Only the embedded store is backed up this way."));
        }
        else if (await ReadDirectoryAsync(context) is { } directory)
        {
            if (Interlocked.Exchange(ref _running, 1) != 0)
            {
                await AdminExchange.RefuseAsync(context, new("Conflict", StatusCodes.Status409Conflict, "A backup is running already; one at a time."));
                return;
            }

            try
            {
                await BackUpAsync(context, embedded, directory);
            }
            finally
            {
                Volatile.Write(ref _running, 0);
            }
        }
    }

    /// <summary>Null when the request named no folder that a backup could lie in; it has then been refused.</summary>
    private static async Task<string?> ReadDirectoryAsync(HttpContext context)
    {
        if (await AdminExchange.ReadAsync(context, BackupJson.Default.BackupRequest, """{"directory": "/an/absolute/path"}""") is not { } request)
        {
            return null;
        }

        if (request.Directory is { } directory && System.IO.Path.IsPathFullyQualified(directory) && !directory.Contains('\0'))
        {
            return System.IO.Path.GetFullPath(directory);
        }

        await AdminExchange.RefuseAsync(
            context, AdminRefusal.BadRequest("'directory' must be an absolute path on the server's machine."));
        return null;
    }

    private static async Task BackUpAsync(HttpContext context, EmbeddedSessionStore store, string directory)
    {
        context.Response.ContentType = "application/x-ndjson";

        // Only the newest state matters: a slow reader of the answer must not hold the backup up.
        var news = Channel.CreateBounded<BackupProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var backup = RunAsync(store, directory, news.Writer, context.RequestAborted);
        var last = default(BackupProgress);
        string? error = null;
        try
        {
            await foreach (var progress in news.Reader.ReadAllAsync(CancellationToken.None))
            {
                last = progress;
                if (!context.RequestAborted.IsCancellationRequested)
                {
                    await WriteAsync(context, new BackupLine(progress.BytesDone, progress.BytesTotal));
                }
            }
        }
        finally
        {
            error = await backup; // however the answer fares, the next backup waits for the end of this one
        }

        if (error is not null && !context.Response.HasStarted)
        {
            await AdminExchange.RefuseAsync(context, new("Unprocessable", StatusCodes.Status422UnprocessableEntity, error));
        }
        else if (!context.RequestAborted.IsCancellationRequested)
        {
            await WriteAsync(context, new BackupLine(last.BytesDone, last.BytesTotal, Done: error is null, error));
        }
    }

    /// <summary>Runs the backup to its end, which closes the channel; gives the reason when it failed.</summary>
    private static async Task<string?> RunAsync(
        EmbeddedSessionStore store, string directory, ChannelWriter<BackupProgress> news, CancellationToken cancellation)
    {
        // Off the request's own thread: the answer begins while the copying goes on.
        await Task.Yield();
        try
        {
            await store.BackupAsync(directory, new Announcer(news), cancellation);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return "The one who asked for it has gone.";
        }
        finally
        {
            news.Complete();
        }
    }

    private static async Task WriteAsync(HttpContext context, BackupLine line)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(line, BackupJson.Default.BackupLine);
        await context.Response.Body.WriteAsync((byte[])[.. text, (byte)'\n'], CancellationToken.None);
        await context.Response.Body.FlushAsync(CancellationToken.None);
    }

    /// <summary>Tells of each thousandth, and of the end.</summary>
    private sealed class Announcer(ChannelWriter<BackupProgress> news) : IProgress<BackupProgress>
    {
        private long _announced = -1;

        public void Report(BackupProgress value)
        {
            if (_announced < 0 || value.BytesDone == value.BytesTotal || value.BytesDone - _announced >= value.BytesTotal / 1000)
            {
                _announced = value.BytesDone;
                news.TryWrite(value); // never full: the oldest makes room
            }
        }
    }
}
