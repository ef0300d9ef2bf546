using System.Net;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Admin;

/// <summary>
/// Keeps web pages away from the admin listener. It is reachable from a browser on the same machine, and a browser runs
/// anybody's code: a page may send requests to loopback, directly or by a name of its own that resolves there.
/// </summary>
internal static class BrowserDefence
{
    /// <summary>The refusal for a request that a page could have made; null for an operator's.</summary>
    /// <remarks>What only reads needs no content type: a page can send such a request, and cannot see its answer.</remarks>
    public static AdminRefusal? Check(HttpContext context, string listenAddress)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey(HeaderNames.Origin))
        {
            return new AdminRefusal("Forbidden", StatusCodes.Status403Forbidden, "Web pages may not ask for this (the request has an Origin).");
        }

        if (!IsOwnName(context, listenAddress))
        {
            return new AdminRefusal("Forbidden", StatusCodes.Status403Forbidden,
                "The Host header must name this listener's own address or loopback.");
        }

        // A page can send a form or text anywhere, but JSON only where it is allowed to.
        return HttpMethods.IsGet(context.Request.Method) || MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                ? null
                : new AdminRefusal("Unsupported media type", StatusCodes.Status415UnsupportedMediaType, "Send Content-Type: application/json.");
    }

    private static bool IsOwnName(HttpContext context, string listenAddress)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        if (host.Length == 0)
        {
            return false;
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return IPAddress.IsLoopback(address) || Plain(address).Equals(Plain(context.Connection.LocalIpAddress ?? IPAddress.None));
        }

        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.Equals(listenAddress, StringComparison.OrdinalIgnoreCase);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
