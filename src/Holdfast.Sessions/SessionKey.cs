namespace Holdfast.Sessions;

/// <summary>
/// The name of one session: the percent-decoded path segment of a request, as UTF-8 bytes.
/// </summary>
/// <remarks>
/// <para>A key is a credential: whoever knows it can act as its user. It has therefore no way to print itself.</para>
/// <para>The bytes are borrowed, not copied. Their owner keeps them unchanged until the task that the key was handed to
/// has completed; a store that needs them for longer copies them.</para>
/// </remarks>
public readonly struct SessionKey : IEquatable<SessionKey>
{
    /// <summary>Takes the key's bytes, without a copy.</summary>
    /// <param name="utf8">Valid UTF-8, at least one byte.</param>
    /// <param name="asker">Who asks for it; no part of the key.</param>
    /// <exception cref="ArgumentException"><paramref name="utf8"/> is empty.</exception>
    public SessionKey(ReadOnlyMemory<byte> utf8, SessionAsker asker = default)
    {
        if (utf8.IsEmpty)
        {
            throw new ArgumentException("A session key has at least one byte.", nameof(utf8));
        }

        Utf8 = utf8;
        Asker = asker;
    }

    /// <summary>Who asks for it; two keys are equal whoever asks.</summary>
    public SessionAsker Asker { get; }

    /// <summary>The key's bytes; empty only for <c>default</c>, which no store accepts.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>True when both keys are the same sequence of bytes.</summary>
    public bool Equals(SessionKey other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SessionKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>True when both keys are the same sequence of bytes.</summary>
    public static bool operator ==(SessionKey left, SessionKey right) => left.Equals(right);

    /// <summary>True when the keys differ.</summary>
    public static bool operator !=(SessionKey left, SessionKey right) => !left.Equals(right);

    /// <summary>Never the key itself: a fixed word, so that no log, metric or message can leak it.</summary>
    public override string ToString() => "(session key)";
}
