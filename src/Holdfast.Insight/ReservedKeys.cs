using System.Globalization;
using System.Text;
using Holdfast.Sessions;

namespace Holdfast.Insight;

/// <summary>
/// Keys of the service's own entries. They begin with NUL, which no request can name: whatever escapes a target uses, a NUL in it
/// is refused before there is a key. They are valid UTF-8, so that every store takes them, and differ by process, so that
/// instances do not meet.
/// </summary>
/// <remarks>Lives in this folder: what all parts of insight share. The parts are the folders below.</remarks>
public sealed class ReservedKeys
{
    private readonly string _process;

    /// <param name="process">What tells this process from every other one, for instance a random number.</param>
    public ReservedKeys(string process)
    {
        ArgumentException.ThrowIfNullOrEmpty(process);
        _process = process;
    }

    /// <summary>True for a key of the service's own, of this process or another.</summary>
    internal static bool IsReserved(ReadOnlySpan<byte> key) => key[0] == 0;

    internal SessionKey Canary(string coordinator) => Key($"canary/{_process}/{coordinator}");

    internal SessionKey Sentinel(long number) =>
        Key(string.Create(CultureInfo.InvariantCulture, $"sentinel/{_process}/{number}"));

    private static SessionKey Key(string name) => new(Encoding.UTF8.GetBytes($"\0holdfast-{name}"));
}
