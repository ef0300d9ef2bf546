using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>
/// Debian's MediaWiki with a SQLite database of its own, served by PHP's built-in server, its sessions in the store under
/// test. This folder holds the real client: the wiki, its editors, and what they must be able to do.
/// </summary>
internal sealed class Wiki : IAsyncDisposable
{
    public const string User = "Admin";
    public const string Password = "Holdfast-Test-1";

    private const string Code = "/usr/share/mediawiki";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder;
    private readonly Process _server;

    private Wiki(DirectoryInfo folder, Process server, Uri root)
    {
        _folder = folder;
        _server = server;
        Root = root;
    }

    public Uri Root { get; }

    public static void SkipUnlessInstalled()
    {
        TestSettings.SkipWhenFast();
        Assert.SkipUnless(
            File.Exists(Path.Combine(Code, "maintenance/install.php")) && File.Exists("/usr/bin/php"),
            "needs Debian's mediawiki and php-cli; ./test installs them as root");
    }

    /// <summary>Installs a wiki whose sessions are kept at <paramref name="sessions"/>, and serves it.</summary>
    public static async Task<Wiki> StartAsync(Uri sessions, int workers)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-wiki-");
        Uri root = new($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}/");
        await InstallAsync(folder.FullName, root);
        await File.AppendAllTextAsync(Path.Combine(folder.FullName, "LocalSettings.php"), Settings(sessions));
        Process server = Process.Start(Php(
            folder.FullName,
            ["-S", root.Authority, "-t", Code],
            ("PHP_CLI_SERVER_WORKERS", workers.ToString(CultureInfo.InvariantCulture))))!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        Wiki wiki = new(folder, server, root);
        await wiki.WaitUntilServingAsync();
        return wiki;
    }

    public Editor NewEditor() => new(Root);

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task InstallAsync(string folder, Uri root)
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        using Process install = Process.Start(Php(
            folder: null,
            [
                Code + "/maintenance/install.php", "--dbtype", "sqlite", "--dbname", "wiki",
                "--dbpath", Path.Combine(folder, "data"), "--confpath", folder,
                "--server", root.GetLeftPart(UriPartial.Authority), "--scriptpath", "", "--pass", Password, "Holdfast test", User,
            ]))!;
        Task<string> output = install.StandardOutput.ReadToEndAsync();
        Task<string> errors = install.StandardError.ReadToEndAsync();
        await install.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(install.ExitCode == 0, $"MediaWiki's installer failed:\n{await output}{await errors}");
    }

    /// <summary>The configuration of README.md, and what keeps a test wiki quiet.</summary>
    private static string Settings(Uri sessions) =>
        $$"""

        $wgObjectCaches['kask'] = [ 'class' => 'RESTBagOStuff', 'url' => '{{sessions}}',
          'httpParams' => [ 'readHeaders' => [], 'writeHeaders' => [ 'content-type' => 'application/octet-stream' ],
            'deleteHeaders' => [], 'writeMethod' => 'POST' ],
          'serialization_type' => 'JSON', 'hmac_key' => '' ];
        $wgSessionCacheType = 'kask';
        $wgJobRunRate = 0;
        $wgEnableEmail = false;

        """;

    private static ProcessStartInfo Php(string? folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("/usr/bin/php", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (folder is not null)
        {
            start.Environment["MW_CONFIG_FILE"] = Path.Combine(folder, "LocalSettings.php");
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task WaitUntilServingAsync()
    {
        using HttpClient http = new();
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(Root, "api.php?action=query&format=json"));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
