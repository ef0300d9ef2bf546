using System.Net;
using Holdfast.Configuration;
using Holdfast.Hosting;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary>What a person wants to know who has just started the service: where, what with, and how to try it.</summary>
internal static class Banner
{
    public static void Write(IAnsiConsole console, HoldfastServer server, HoldfastOptions options, string? file)
    {
        var embedded = options.Storage.Embedded;
        var configuration = file ?? "built-in ('holdfast config show' prints it)";
        var example = $"{Reachable(server.Address)}{options.Service.BaseUri}greeting";
        var insecure = server.Address.Scheme == "https" ? "-k " : "";

        console.MarkupLineInterpolated($"[green]Holdfast {BuildInfo.Version.Split('+')[0]}[/] serves sessions on [bold]{Trimmed(server.Address)}{options.Service.BaseUri}[/]");
        console.MarkupLineInterpolated(options.Storage.Engine == StorageEngine.Embedded
            ? $"  data           {Path.GetFullPath(embedded.Path)} (durability: {embedded.Durability.ToString().ToLowerInvariant()})"
            : (FormattableString)$"  data           Cassandra, {options.Cassandra!.Keyspace}.{options.Cassandra.Table} by way of {string.Join(", ", options.Cassandra.Hosts)}");
        console.MarkupLineInterpolated($"  configuration  {configuration}");
        console.MarkupLineInterpolated($"  for operators  {Trimmed(server.AdminAddress)} (/healthz /readyz /metrics, {(options.Storage.Engine == StorageEngine.Embedded ? "backup" : "coordinators")})");
        console.WriteLine();
        console.WriteLine("Try it from another terminal:");
        console.MarkupLineInterpolated($"  [blue]curl {insecure}-i -X POST --data-binary 'hello' {example}[/]");
        console.MarkupLineInterpolated($"  [blue]curl {insecure}-i {example}[/]");
        console.MarkupLineInterpolated($"  [blue]curl {insecure}-i -X DELETE {example}[/]");
        console.WriteLine();
        console.WriteLine("Ctrl+C stops it.");
    }

    /// <summary>Every address is no address to connect to: from this machine, loopback is.</summary>
    private static string Reachable(Uri address) => IPAddress.TryParse(address.DnsSafeHost, out var ip) switch
    {
        true when ip!.Equals(IPAddress.Any) => Trimmed(new UriBuilder(address) { Host = "127.0.0.1" }.Uri),
        true when ip!.Equals(IPAddress.IPv6Any) => Trimmed(new UriBuilder(address) { Host = "[::1]" }.Uri),
        _ => Trimmed(address),
    };

    private static string Trimmed(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
