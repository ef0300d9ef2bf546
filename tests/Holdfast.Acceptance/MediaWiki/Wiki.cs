using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>
/// A MediaWiki of one test: installed on SQLite into a temporary folder, served by PHP's own web server, its sessions in
/// the store under test. Lives in this folder: the wiki, its editors, and what came of their edits.
/// </summary>
internal sealed class Wiki : IAsyncDisposable
{
    public const string Password = "ninety-nine red balloons";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-wiki-");
    private readonly Dictionary<string, string> _environment;
    private readonly List<string> _output = [];
    private Process? _server;

    private Wiki(Uri sessions)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}");
        _environment = new()
        {
            ["MW_INSTALL_PATH"] = Php.Code,
            ["WIKI_FOLDER"] = _folder.FullName,
            ["WIKI_SERVER"] = Address.GetLeftPart(UriPartial.Authority),
            ["WIKI_SESSION_STORE"] = sessions.ToString(),
            ["PHP_CLI_SERVER_WORKERS"] = "4",
        };
    }

    public Uri Address { get; }

    /// <summary>The web server's own words: a line a request, and what PHP complains of.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Skips the test where a wiki cannot run, and says what is missing.</summary>
    public static async Task SkipUnlessInstalledAsync()
    {
        IReadOnlyList<string> missing = await Php.MissingPackagesAsync();
        Assert.SkipUnless(missing.Count == 0, $"needs Debian's packages {string.Join(", ", missing)}");
    }

    /// <summary>Installs and serves a wiki that has an account for each of the names.</summary>
    /// <param name="sessions">Where the store is, base URI included.</param>
    /// <param name="accounts">Names of users.</param>
    public static async Task<Wiki> StartAsync(Uri sessions, IEnumerable<string> accounts)
    {
        Wiki wiki = new(sessions);
        try
        {
            await wiki.InstallAsync(accounts);
            await wiki.ServeAsync();
            return wiki;
        }
        catch
        {
            await wiki.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true); // its workers are processes of their own
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task InstallAsync(IEnumerable<string> accounts)
    {
        foreach (string name in new[] { "cache", "tmp", "images" })
        {
            _ = _folder.CreateSubdirectory(name);
        }

        _ = await Php.RunAsync(
            _environment, Maintenance("install"), "--confpath", _folder.FullName, "--dbtype", "sqlite",
            "--dbpath", Path.Combine(_folder.FullName, "data"), "--dbname", "wiki", "--scriptpath", "",
            "--server", _environment["WIKI_SERVER"], "--skins", "", "--pass", Password, "Holdfast", "Keeper");
        string settings = Path.Combine(_folder.FullName, "LocalSettings.php");
        string ours = RepositoryRoot.Combine("tests", "Holdfast.Acceptance", "MediaWiki", "session-store.php");
        await File.AppendAllTextAsync(settings, $"\nrequire '{ours}';\n");
        _environment["MW_CONFIG_FILE"] = settings;
        foreach (string account in accounts)
        {
            _ = await Php.RunAsync(_environment, Maintenance("createAndPromote"), account, Password);
        }
    }

    private async Task ServeAsync()
    {
        ProcessStartInfo start = Php.Start(
            _environment, "-d", "opcache.enable_cli=1", "-S", $"{Address.Host}:{Address.Port}", "-t", Php.Code);
        start.WorkingDirectory = Php.Code;
        _server = Process.Start(start)!;
        _server.StandardInput.Close();
        _server.OutputDataReceived += (_, line) => Keep(line.Data);
        _server.ErrorDataReceived += (_, line) => Keep(line.Data);
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();

        using HttpClient http = new() { Timeout = s_patience };
        Uri probe = new(Address, "api.php?action=query&meta=siteinfo&format=json");
        long began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(http, probe))
        {
            if (_server.HasExited || TimeProvider.System.GetElapsedTime(began) > s_patience)
            {
                throw new InvalidOperationException($"The wiki does not answer:\n{Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri probe)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(probe);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    private static string Maintenance(string script) => Path.Combine(Php.Code, "maintenance", script + ".php");

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }
}
