using Holdfast.Sessions;

namespace Holdfast.Http;

/// <summary>
/// One more thing that the admin listener can be asked to do. Registered with the server before it
/// starts; never reachable through the main listener. The handler writes its own response.
/// </summary>
/// <param name="Method">The HTTP method, in capitals.</param>
/// <param name="Path">The exact path, such as <c>/admin/backup</c>.</param>
/// <param name="HandleAsync">Answers the request, given the store that the server opened.</param>
internal sealed record AdminEndpoint(string Method, string Path, Func<HttpContext, ISessionStore, Task> HandleAsync);
