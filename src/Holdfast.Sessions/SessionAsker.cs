namespace Holdfast.Sessions;

/// <summary>
/// On whose behalf a store is asked: what a request is called in log lines. Asked for only when such a line is written, so that naming a
/// request costs nothing where nothing fails.
/// </summary>
/// <remarks>As with a key's bytes, its owner keeps the request until the task that it was handed to has completed.</remarks>
public readonly struct SessionAsker
{
    private readonly object? _request;
    private readonly Func<object, string>? _nameOf;

    /// <summary>Takes the request, and what names it; both without a copy.</summary>
    /// <param name="request">Whatever the name is told by.</param>
    /// <param name="nameOf">Best a static function: a new one for each request would be a cost.</param>
    public SessionAsker(object request, Func<object, string> nameOf)
    {
        _request = request;
        _nameOf = nameOf;
    }

    /// <summary>The request's name; null for what the service asks by itself.</summary>
    public string? Name => _request is { } request ? _nameOf!(request) : null;
}
