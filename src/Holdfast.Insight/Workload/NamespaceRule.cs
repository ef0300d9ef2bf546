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
    private readonly NamespacePattern? _pattern;

    /// <param name="separator">One character of ASCII.</param>
    /// <param name="pattern">A regular expression; empty for none.</param>
    /// <param name="seed">Chooses where a match is kept.</param>
    /// <exception cref="ArgumentException">The pattern is none, or has no group.</exception>
    /// <exception cref="NotSupportedException">The pattern needs backtracking.</exception>
    public NamespaceRule(char separator, string pattern, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(separator, '\x7f');
        _separator = (byte)separator;
        _pattern = pattern.Length == 0 ? null : new NamespacePattern(Compile(pattern), seed);
    }

    /// <summary>The namespace within the key; empty when it has none.</summary>
    /// <param name="key">The key's bytes.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key)
    {
        if (_pattern is not null)
        {
            return _pattern.Of(key);
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
}
