using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Holdfast.Acceptance.Operations;

/// <summary>Something that Alertmanager sent.</summary>
internal sealed record Notification(TimeSpan At, string Path, JsonElement Body)
{
    /// <summary>A member of the body, its text; empty when it is not there.</summary>
    public string Text(params string[] path)
    {
        JsonElement at = Body;
        foreach (string name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return "";
            }
        }

        return at.ToString();
    }
}

/// <summary>
/// Stands in for whoever receives alerts: plain webhooks, PagerDuty's Events API v2 (/v2/enqueue) and VictorOps' REST endpoint
/// (/integrations/generic/20131114/alert/KEY/ROUTING). Says to each what it expects, and keeps what came.
/// </summary>
internal sealed class Pagers : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Notification> _received = new();
    private readonly Func<TimeSpan> _now;
    private readonly Task _listening;

    public Pagers(Func<TimeSpan> now)
    {
        _now = now;
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _listening = ListenAsync();
    }

    public Uri Address { get; }

    public IReadOnlyList<Notification> Received => [.. _received];

    /// <summary>What came to a receiver, and fits.</summary>
    public IEnumerable<Notification> At(string path, Func<Notification, bool>? fits = null) =>
        _received.Where(one => one.Path.StartsWith(path, StringComparison.Ordinal) && (fits is null || fits(one)));

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _listening;
        _listener.Close();
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.InputStream);
            string path = context.Request.Url!.AbsolutePath;
            _received.Enqueue(new Notification(_now(), path, body.RootElement.Clone()));
            context.Response.StatusCode = path == "/v2/enqueue" ? 202 : 200;
            byte[] answer = Encoding.UTF8.GetBytes(path == "/v2/enqueue"
                ? """{"status":"success","message":"Event processed","dedup_key":"x"}"""
                : """{"result":"success","entity_id":"x"}""");
            context.Response.Close(answer, willBlock: false);
        }
    }
}

/// <summary>Ports for programs that cannot choose one themselves and say which.</summary>
internal static class Ports
{
    public static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
