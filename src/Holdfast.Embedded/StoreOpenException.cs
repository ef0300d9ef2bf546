namespace Holdfast.Embedded;

/// <summary>The store's folder cannot be used as it is; the message names the path, the cause and what to do.</summary>
public sealed class StoreOpenException : Exception
{
    /// <summary>Says why.</summary>
    public StoreOpenException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what lies beneath.</summary>
    public StoreOpenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
