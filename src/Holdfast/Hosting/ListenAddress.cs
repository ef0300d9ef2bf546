using System.Net;
using System.Net.Sockets;

namespace Holdfast.Hosting;

/// <summary>From a configured host name or address to one that can be listened on.</summary>
internal static class ListenAddress
{
    /// <summary>One address, IPv4 where a name has both, as Kask's runtime chooses; an empty name means all of them.</summary>
    public static IPEndPoint Resolve(string host, int port)
    {
        if (host.Length == 0)
        {
            return new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return new IPEndPoint(address, port);
        }

        var addresses = Dns.GetHostAddresses(host);
        return new IPEndPoint(
            Array.Find(addresses, candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0], port);
    }

    /// <summary>An address to give to a person or a client.</summary>
    public static Uri ToUri(IPEndPoint endPoint, bool secure) => new($"{(secure ? "https" : "http")}://{endPoint}");
}
