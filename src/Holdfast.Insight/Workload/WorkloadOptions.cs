namespace Holdfast.Insight.Workload;

/// <summary>The section <c>workload</c>: whether requests are counted, and how they are told apart.</summary>
public sealed class WorkloadOptions
{
    /// <summary>Named namespaces at most; requests of all others are counted together.</summary>
    public const int NamespacesMax = 64;

    /// <summary>Different keys that a namespace must have been seen with before its name is shown.</summary>
    public const int KeysBeforeShown = 8;

    /// <summary>The longest name that is shown, in bytes.</summary>
    public const int NameBytesMax = 64;

    private const int PatternLengthMax = 256;

    /// <summary><c>enabled</c>: whether requests are counted at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary><c>separator</c>: what stands between a namespace and the rest of a key, one character of ASCII.</summary>
    public char Separator { get; set; } = ':';

    /// <summary><c>pattern</c>: a regular expression whose first group is the namespace; empty for the separator.</summary>
    public string Pattern { get; set; } = "";

    /// <summary>Whether the text can be <see cref="Pattern"/>: a regular expression with a group and without what needs backtracking.</summary>
    public static bool IsPattern(string pattern)
    {
        try
        {
            _ = pattern.Length == 0 ? null : NamespaceRule.Compile(pattern);
            return pattern.Length <= PatternLengthMax;
        }
        catch (Exception malformed) when (malformed is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Whether a namespace of this name may be shown: printable ASCII, not too long, and none of the service's own words.</summary>
    public static bool IsShowable(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= NameBytesMax && !name.ContainsAnyExceptInRange((byte)' ', (byte)'~')
        && !name.SequenceEqual("other"u8) && !name.SequenceEqual("none"u8);
}
