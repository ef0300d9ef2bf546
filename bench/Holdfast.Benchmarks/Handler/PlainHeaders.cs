using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Benchmarks.Handler;

/// <summary>Headers that, like Kestrel's, keep a length as a number and allocate nothing once they have been filled.</summary>
internal sealed class PlainHeaders : IHeaderDictionary
{
    private readonly Dictionary<string, StringValues> _values = new(StringComparer.OrdinalIgnoreCase);

    public long? ContentLength { get; set; }

    public int Count => _values.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => _values.Keys;

    public ICollection<StringValues> Values => _values.Values;

    public StringValues this[string key]
    {
        get => _values.GetValueOrDefault(key);
        set => _values[key] = value;
    }

    public void Add(string key, StringValues value) => _values.Add(key, value);

    public void Add(KeyValuePair<string, StringValues> item) => _values.Add(item.Key, item.Value);

    public void Clear()
    {
        ContentLength = null;
        _values.Clear();
    }

    public bool Contains(KeyValuePair<string, StringValues> item) => _values.Contains(item);

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, StringValues>>)_values).CopyTo(array, arrayIndex);

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => _values.GetEnumerator();

    public bool Remove(string key) => _values.Remove(key);

    public bool Remove(KeyValuePair<string, StringValues> item) => _values.Remove(item.Key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value) => _values.TryGetValue(key, out value);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
