namespace Holdfast.Http;

/// <summary>The request's name in the log: what X-Request-ID says, or Kask's zero UUID.</summary>
internal static class RequestIds
{
    public const string None = "00000000-0000-0000-0000-000000000000";
    public const int MaxLength = 128;

    /// <summary>Bounded, and visible ASCII only: a header must not write the log.</summary>
    public static string Of(HttpRequest request)
    {
        var id = request.Headers[HeaderValues.RequestId].ToString();
        if (id.Length == 0)
        {
            return None;
        }

        return id.Length <= MaxLength && id.All(IsVisible)
            ? id
            : string.Concat(id.Take(MaxLength).Select(c => IsVisible(c) ? c : '_'));
    }

    /// <summary>
    /// Tells the server what the request is called, before it writes a line about an exception that nobody here expected. Always
    /// false, so that it can be an exception filter: a request that fails nowhere never asks for its name.
    /// </summary>
    public static bool Name(HttpContext context)
    {
        if (Of(context.Request) is var id and not None)
        {
            context.TraceIdentifier = id;
        }

        return false;
    }

    private static bool IsVisible(char c) => c is > ' ' and <= '~';
}
