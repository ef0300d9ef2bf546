using Holdfast.Embedded.Native;

namespace Holdfast.Embedded.Recovery;

/// <summary>
/// What may be said of a RocksDB error. Its messages name files and offsets, but a few about corruption print a key, which
/// is a credential: of those only the class is kept.
/// </summary>
internal static class SafeReason
{
    public static string Of(RocksDbException error)
    {
        string message = error.Message;
        bool mayNameKey = message.Contains("key", StringComparison.OrdinalIgnoreCase);
        int end = message.IndexOf(':', StringComparison.Ordinal);
        return mayNameKey && end > 0 ? message[..end] : mayNameKey ? "RocksDB error" : message;
    }
}
