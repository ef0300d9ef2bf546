using System.CommandLine;
using System.Net;
using Holdfast.Configuration;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast backup</c>: has the running server copy its store.</summary>
internal static class BackupCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> directory = new("DIR") { Description = "Where the backup shall lie, on the server's machine: an absent or empty folder." };
        Option<Uri?> admin = new("--admin")
        {
            Description = "The server's admin listener; without it, the one of the configuration.",
            HelpName = "URL",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp)
                {
                    return url;
                }

                result.AddError("--admin needs a URL such as http://127.0.0.1:8089");
                return null;
            },
        };
        var file = ConfigurationLoading.FileOption();
        Command backup = new("backup", "Copies the store of the running server, while it goes on serving.") { directory, file, admin };
        backup.SetAction((parsed, cancellation) => RunAsync(
            terminal, Path.GetFullPath(parsed.GetRequiredValue(directory)), parsed.GetValue(file), parsed.GetValue(admin), cancellation));
        return backup;
    }

    private static async Task<int> RunAsync(Terminal terminal, string directory, string? file, Uri? admin, CancellationToken cancellation)
    {
        if (admin is null)
        {
            if (ConfigurationLoading.Load(terminal, file) is not { } configuration)
            {
                return ExitCode.BadConfiguration;
            }

            if (configuration.Options.Admin.ListenPort == 0)
            {
                return terminal.Fail("admin.listen_port is 0, any free port: say with --admin URL which one it became.", ExitCode.Failure);
            }

            admin = AddressOf(configuration.Options.Admin);
        }

        try
        {
            long size = 0;
            await ProgressDisplay.ShowAsync(terminal, "backup", async progress =>
                size = await BackupClient.RunAsync(admin, directory, progress, cancellation));
            terminal.Output.MarkupLineInterpolated($"[green]backed up[/] {ProgressDisplay.Size(size)} to {directory}");
            return ExitCode.Success;
        }
        catch (BackupFailedException failure)
        {
            return terminal.Fail(failure.Message, ExitCode.Failure);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return terminal.Fail("cancelled; the server removes what it has copied.", ExitCode.Failure);
        }
    }

    /// <summary>A listener on every address is reached on this machine's loopback.</summary>
    private static Uri AddressOf(AdminOptions options)
    {
        var host = options.ListenAddress.Trim('[', ']') switch
        {
            "0.0.0.0" => "127.0.0.1",
            "::" => "::1",
            var other => other,
        };
        return new UriBuilder(Uri.UriSchemeHttp, IPAddress.TryParse(host, out var ip) && ip.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{host}]" : host, options.ListenPort).Uri;
    }
}
