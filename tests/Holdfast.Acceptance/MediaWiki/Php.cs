using System.Diagnostics;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>PHP and MediaWiki as Debian installs them, and how their programs are run for one wiki.</summary>
internal static class Php
{
    /// <summary>Where Debian's package has MediaWiki's code; nothing is ever written there.</summary>
    public const string Code = "/usr/share/mediawiki";

    // Generous: the machine may be building something else.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Debian's packages that are missing here; empty when a wiki can run.</summary>
    public static async Task<IReadOnlyList<string>> MissingPackagesAsync()
    {
        List<string> missing = [];
        if (!File.Exists(Path.Combine(Code, "api.php")))
        {
            missing.Add("mediawiki");
        }

        string[] path = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        if (!path.Any(folder => File.Exists(Path.Combine(folder, "php"))))
        {
            missing.Add("php-cli");
            return missing;
        }

        string modules = await RunAsync(new Dictionary<string, string>(), "-m");
        string[] loaded = modules.Split('\n', StringSplitOptions.TrimEntries);
        foreach ((string package, string module) in new[]
                 {
                     ("php-sqlite3", "pdo_sqlite"), ("php-curl", "curl"), ("php-mbstring", "mbstring"), ("php-xml", "xml"),
                     ("php-intl", "intl"),
                 })
        {
            if (!loaded.Contains(module))
            {
                missing.Add(package);
            }
        }

        return missing;
    }

    /// <summary>How PHP is started, with a wiki's variables for the child alone.</summary>
    public static ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new("php", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Runs PHP to its end and returns what it wrote; anything but success throws with all of it.</summary>
    public static async Task<string> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using Process php = Process.Start(Start(environment, arguments))!;
        try
        {
            php.StandardInput.Close();
            Task<string> output = php.StandardOutput.ReadToEndAsync();
            Task<string> errors = php.StandardError.ReadToEndAsync();
            await php.WaitForExitAsync().WaitAsync(s_patience);
            string all = await output + await errors;
            return php.ExitCode == 0
                ? all
                : throw new InvalidOperationException($"php {arguments[0]} ended with {php.ExitCode}:\n{all}");
        }
        finally
        {
            if (!php.HasExited)
            {
                php.Kill(entireProcessTree: true);
            }
        }
    }
}
