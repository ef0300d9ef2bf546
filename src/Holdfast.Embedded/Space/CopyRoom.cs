using System.Globalization;

namespace Holdfast.Embedded.Space;

/// <summary>Whether a copy fits where it is to lie, asked before its first byte. Decides; who asks the filesystem is elsewhere.</summary>
internal static class CopyRoom
{
    /// <summary>Null when it fits; else how much is missing, and why.</summary>
    /// <param name="neededBytes">The copy's size.</param>
    /// <param name="freeBytes">What its filesystem has.</param>
    /// <param name="keptBytes">What must be left there: <c>storage.embedded.min_free_bytes</c> where the sessions lie, too.</param>
    public static string? Shortage(long neededBytes, long freeBytes, long keptBytes)
    {
        if (neededBytes <= freeBytes - keptBytes)
        {
            return null;
        }

        string kept = keptBytes == 0 ? "" : $", of which {Mebibytes(keptBytes)} are kept for sessions (storage.embedded.min_free_bytes)";
        return $"the copy takes {Mebibytes(neededBytes)} and {Mebibytes(freeBytes)} are free{kept}";
    }

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):0.0} MiB");
}
