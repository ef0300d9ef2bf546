using System.Net.Http.Json;
using System.Text.Json;

namespace Holdfast.Acceptance.Operations;

/// <summary>
/// Prometheus and Alertmanager as an operator runs them: ops/prometheus is copied, and only targets/ is written anew; of
/// alertmanager.yml only the receivers' addresses are.
/// </summary>
internal sealed class Monitoring : IAsyncDisposable
{
    public const string Prometheus = "/usr/bin/prometheus";
    public const string Alertmanager = "/usr/bin/prometheus-alertmanager";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-monitoring-");
    private readonly List<ForeignProgram> _programs = [];
    private readonly HttpClient _http = new();
    private Uri _prometheus = null!;

    private Monitoring(Pagers pagers) => Pagers = pagers;

    public Pagers Pagers { get; }

    public static async Task<Monitoring> StartAsync(HoldfastProcess instance, IReadOnlyList<string> coordinators, Func<TimeSpan> now)
    {
        Monitoring monitoring = new(new Pagers(now));
        string target = instance.Admin.Authority;
        await HealthyDays.FillAsync(monitoring._folder.FullName, target, coordinators, TimeProvider.System.GetUtcNow().AddSeconds(-30));
        monitoring.Start(target);
        return monitoring;
    }

    /// <summary>A query's samples, now.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(string query)
    {
        Uri uri = new(_prometheus, $"api/v1/query?query={Uri.EscapeDataString(query)}");
        using HttpResponseMessage answer = await _http.GetAsync(uri);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.GetProperty("status").GetString() == "success"
            ? [.. body.GetProperty("data").GetProperty("result").EnumerateArray()]
            : throw new InvalidOperationException($"{query}: {body}");
    }

    /// <summary>The panels of all dashboards whose queries return no data now; a number that is none is no data.</summary>
    public async Task<IReadOnlyList<string>> EmptyPanelsAsync(Func<PanelQuery, bool> asked)
    {
        List<string> empty = [];
        foreach (Dashboard dashboard in Dashboards.All)
        {
            foreach (PanelQuery query in dashboard.Queries.Where(asked))
            {
                IReadOnlyList<JsonElement> samples = await AskAsync(query.Expression);
                if (samples.All(sample => sample.GetProperty("value")[1].GetString() == "NaN"))
                {
                    empty.Add($"{dashboard.Uid}: {query.Panel}: {query.Expression}");
                }
            }
        }

        return empty;
    }

    /// <summary>True once Prometheus has scraped the instance and Alertmanager has sent something.</summary>
    public async Task<bool> IsWatchingAsync()
    {
        try
        {
            return (await AskAsync("increase(holdfast_slo_requests_total{result=\"good\"}[30s]) > 0")).Count > 0 && Pagers.At("/alive").Any();
        }
        catch (Exception notYet) when (notYet is HttpRequestException or JsonException)
        {
            return false; // until it is ready, Prometheus answers in words
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ForeignProgram program in _programs)
        {
            await program.DisposeAsync();
        }

        await Pagers.DisposeAsync();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Start(string target)
    {
        string folder = _folder.FullName;
        foreach (string file in Directory.GetFiles(AlertRules.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(AlertRules.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        int alertmanager = Ports.Free();
        File.WriteAllText(Path.Combine(folder, "targets", "holdfast.yml"), $"- targets: [\"{target}\"]\n");
        File.WriteAllText(Path.Combine(folder, "targets", "alertmanager.yml"), $"- targets: [\"127.0.0.1:{alertmanager}\"]\n");
        string receivers = File.ReadAllText(RepositoryRoot.Combine("ops", "alertmanager", "alertmanager.yml"));
        foreach (string address in (string[])["http://127.0.0.1:8080/", "https://events.pagerduty.com/", "https://alert.victorops.com/"])
        {
            receivers = receivers.Contains(address, StringComparison.Ordinal)
                ? receivers.Replace(address, Pagers.Address.ToString(), StringComparison.Ordinal)
                : throw new InvalidOperationException($"alertmanager.yml does not send to {address}");
        }

        receivers = receivers.Replace("http://127.0.0.1:8089/", $"http://{target}/", StringComparison.Ordinal); // the instance's own event log

        string settings = Path.Combine(folder, "alertmanager.yml");
        File.WriteAllText(settings, receivers);
        _programs.Add(ForeignProgram.Start(
            Alertmanager, $"--config.file={settings}", $"--storage.path={Path.Combine(folder, "alerts")}",
            $"--web.listen-address=127.0.0.1:{alertmanager}", "--cluster.listen-address="));
        _prometheus = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        _programs.Add(ForeignProgram.Start(
            Prometheus, $"--config.file={Path.Combine(folder, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address={_prometheus.Authority}", "--log.level=warn"));
    }
}
