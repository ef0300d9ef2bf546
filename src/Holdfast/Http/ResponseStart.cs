namespace Holdfast.Http;

/// <summary>
/// Ends a response's head before its body is written: the body then goes into the connection's own buffer, where
/// otherwise it would be kept aside and copied again.
/// </summary>
internal static class ResponseStart
{
    /// <summary>Sends nothing yet: that is done when the request ends.</summary>
    public static void Begin(HttpResponse response)
    {
        // Asynchronous only for the sake of whoever asked to be called when a response starts, and here nobody does.
        var starting = response.StartAsync(CancellationToken.None);
        if (!starting.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("Something registered for the start of responses; the handler must then await it.");
        }
    }
}
