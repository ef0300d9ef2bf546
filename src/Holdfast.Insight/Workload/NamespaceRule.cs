using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.Insight.Workload;

/// <summary>Which part of a key is its namespace: what is before the last separator, or what a pattern's first group takes.</summary>
/// <remarks>
/// Without a pattern nothing is allocated. With one the key becomes a string, and the match an object, for each key that is not among those
/// seen last.
/// </remarks>
internal sealed class NamespaceRule
{
    private readonly byte _separator;
    private readonly Regex? _pattern;
    private readonly MatchMemo? _memo;

    /// <param name="separator">One character of ASCII.</param>
    /// <param name="pattern">A regular expression; empty for none.</param>
    /// <param name="seed">Chooses where a match is kept.</param>
    /// <exception cref="ArgumentException">The pattern is none, or has no group.</exception>
    /// <exception cref="NotSupportedException">The pattern needs backtracking.</exception>
    public NamespaceRule(char separator, string pattern, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(separator, '\x7f');
        _separator = (byte)separator;
        if (pattern.Length > 0)
        {
            _pattern = Compile(pattern);
            _memo = new MatchMemo(seed);
        }
    }

    /// <summary>The namespace within the key; empty when it has none.</summary>
    /// <param name="key">The key's bytes.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key)
    {
        if (_pattern is not null && _memo is not null)
        {
            if (!_memo.TryFind(key, out (int Start, int Length) found, out ulong place))
            {
                _memo.Keep(place, key.Length, found = Matched(_pattern, key));
            }

            return key.Slice(found.Start, found.Length);
        }

        int end = key.LastIndexOf(_separator);
        return end > 0 ? key[..end] : default;
    }

    /// <summary>Linear in the key's length, whatever the pattern.</summary>
    public static Regex Compile(string pattern)
    {
        Regex regex = new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return regex.GetGroupNumbers().Contains(1) ? regex : throw new ArgumentException("The pattern has no group.", nameof(pattern));
    }

    /// <summary>A pattern reads characters: the group is found in the key's text, and its bytes in the key.</summary>
    private static (int Start, int Length) Matched(Regex pattern, ReadOnlySpan<byte> key)
    {
        string text = Encoding.UTF8.GetString(key);
        if (pattern.Match(text) is not { Success: true } match || match.Groups[1] is not { Success: true, Length: > 0 } group)
        {
            return default;
        }

        int start = Encoding.UTF8.GetByteCount(text.AsSpan(0, group.Index));
        return (start, Encoding.UTF8.GetByteCount(group.ValueSpan));
    }
}
