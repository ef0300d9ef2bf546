using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Holdfast.Configuration;

namespace Holdfast.Commands;

/// <summary>Where a command finds the admin listener of the server that is running: as told, or as configured.</summary>
internal static class AdminListener
{
    public static Option<Uri?> Option() => new("--admin")
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

    /// <summary>No listener, and the exit code, when it cannot be told; the reason has then been said.</summary>
    public static (Uri? Listener, int ExitCode) Find(Terminal terminal, string? file, Uri? told)
    {
        if (told is not null)
        {
            return (told, ExitCode.Success);
        }

        if (ConfigurationLoading.Load(terminal, file) is not { } configuration)
        {
            return (null, ExitCode.BadConfiguration);
        }

        return configuration.Options.Admin.ListenPort == 0
            ? (null, terminal.Fail("admin.listen_port is 0, any free port: say with --admin URL which one it became.", ExitCode.Failure))
            : (AddressOf(configuration.Options.Admin), ExitCode.Success);
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
        var isV6 = IPAddress.TryParse(host, out var ip) && ip.AddressFamily is AddressFamily.InterNetworkV6;
        return new UriBuilder(Uri.UriSchemeHttp, isV6 ? $"[{host}]" : host, options.ListenPort).Uri;
    }
}
