using System.Globalization;
using System.Text;
using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Coordinators;

/// <summary>
/// For every replica set a key that belongs to it and that no user can have: it begins with NUL, which a percent-decoded HTTP
/// path never does here.
/// </summary>
internal sealed class ProbeKeys
{
    /// <summary>Draws before a set with a very small share of the ring is left without a probe.</summary>
    private const int DrawsMax = 100_000;

    private readonly byte[]?[] _keys;

    private ProbeKeys(byte[]?[] keys) => _keys = keys;

    public static ProbeKeys None { get; } = new([]);

    public static ProbeKeys For(TokenRing ring, string instance)
    {
        byte[]?[] keys = new byte[]?[ring.ReplicaSets];
        int missing = keys.Length;
        for (int draw = 0; missing > 0 && draw < DrawsMax; draw++)
        {
            byte[] key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\0holdfast-probe/{instance}/{draw}"));
            int set = ring.SetOf(Murmur3Token.Of(key)).Value;
            if (keys[set] is null)
            {
                keys[set] = key;
                missing--;
            }
        }

        return new ProbeKeys(keys);
    }

    public byte[]? Of(ReplicaSetId set) => set.Value < _keys.Length ? _keys[set.Value] : null;
}
