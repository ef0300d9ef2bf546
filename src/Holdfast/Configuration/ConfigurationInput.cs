using System.Collections;
using Holdfast.Configuration.Document;

namespace Holdfast.Configuration;

/// <summary>What a configuration is read from: one document and the environment.</summary>
/// <param name="Name">What messages call the document.</param>
/// <param name="OpenDocument">Opens it; what it throws for an unreadable file becomes a problem with the file's name.</param>
/// <param name="Environment">All variables; those with Holdfast's prefix are looked at.</param>
internal sealed record ConfigurationInput(string Name, Func<Stream> OpenDocument, IReadOnlyDictionary<string, string> Environment)
{
    private const string QuickstartResource = "Holdfast.Configuration.quickstart.yaml";

    /// <summary>A file as it stands.</summary>
    public static ConfigurationInput File(string path, IReadOnlyDictionary<string, string> environment) =>
        new(Quoting.Clip(path), () => System.IO.File.OpenRead(path), environment);

    /// <summary>What is served with no file at all.</summary>
    public static ConfigurationInput Quickstart(IReadOnlyDictionary<string, string> environment) =>
        new("built-in", () => typeof(ConfigurationInput).Assembly.GetManifestResourceStream(QuickstartResource)!, environment);

    /// <summary>This process's environment.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
