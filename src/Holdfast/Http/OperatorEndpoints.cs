using System.Text;
using Holdfast.Sessions;

namespace Holdfast.Http;

/// <summary>What operators and their tools ask: health, readiness, metrics, the API's description, and admin actions.</summary>
internal sealed class OperatorEndpoints
{
    private readonly Dictionary<string, RequestDelegate> _everywhere;
    private readonly Dictionary<(string Method, string Path), RequestDelegate> _adminOnly;

    public OperatorEndpoints(
        Dictionary<string, RequestDelegate> everywhere, IEnumerable<AdminEndpoint> admin, ISessionStore store)
    {
        _everywhere = everywhere;
        _adminOnly = admin.ToDictionary<AdminEndpoint, (string, string), RequestDelegate>(
            endpoint => (endpoint.Method, endpoint.Path), endpoint => context => endpoint.HandleAsync(context, store));
    }

    /// <summary>The endpoint at this exact path, null when there is none.</summary>
    public RequestDelegate? Find(string method, ReadOnlySpan<byte> path, bool isAdmin)
    {
        const int longestPath = 64;
        if (path.Length > longestPath)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(path);
        if (_everywhere.TryGetValue(text, out var endpoint))
        {
            return endpoint;
        }

        return isAdmin && _adminOnly.TryGetValue((method, text), out endpoint) ? endpoint : null;
    }
}
