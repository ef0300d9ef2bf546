using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Configuration.Values;

/// <summary>An http or https address that may be missing; empty is missing.</summary>
internal sealed class OptionalHttpUri : ValueGrammar<Uri?>
{
    public override string Description => "an http:// or https:// address without a user, a query or a fragment";

    public override bool IsPlain => false;

    public override bool TryRead(string text, out Uri? value, out string problem)
    {
        value = null;
        problem = "";
        if (text.Length == 0)
        {
            return true;
        }

        // Not quoted back where it may name a user and a password.
        if (text.Contains('@', StringComparison.Ordinal))
        {
            problem = $"expected {Description}; credentials belong into telemetry.otlp_headers";
            return false;
        }

        if (IsWellFormed(text, out var uri))
        {
            value = uri;
            return true;
        }

        problem = Expected(text);
        return false;
    }

    public override string? Format(Uri? value) => value?.OriginalString;

    private static bool IsWellFormed(string text, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0
        && !text.AsSpan().ContainsAny('?', '#', ' ');
}

/// <summary>Headers as <c>name=value</c> with commas between; a secret, and therefore never quoted back.</summary>
internal static class HeaderList
{
    public const string Description = "headers as name=value, with commas between; a comma within a value is written %2C";

    public static bool IsWellFormed(string text) => text.Length <= 8192
        && text.All(letter => letter is >= ' ' and <= '~')
        && text.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            && header[..equals].Trim() is { Length: > 0 } name && name.All(IsNameLetter));

    private static bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal);
}

