using System.Globalization;
using System.Text;
using Holdfast.Cql;

namespace Holdfast.CqlLoop;

/// <summary>One key as a request's only value, made before anything is measured.</summary>
internal sealed class KeyValues(int number) : ICqlValues
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"session-{number:D8}"));

    public ReadOnlySpan<byte> PartitionKey => _key;

    public int SizeHint => _key.Length;

    public int Count => 1;

    public void Write(CqlValueWriter writer) => writer.WriteBytes(_key);
}
