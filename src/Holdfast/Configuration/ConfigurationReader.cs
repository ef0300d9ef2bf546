using Holdfast.Configuration.Document;
using Microsoft.Extensions.Options;

namespace Holdfast.Configuration;

/// <summary>
/// Fills the options from a document and the environment, remembering where each value came from and everything that is
/// wrong: nobody should have to start a service five times to hear of five mistakes. One reader reads once.
/// </summary>
internal sealed class ConfigurationReader(ConfigurationInput input)
    : IConfigureOptions<HoldfastOptions>, IValidateOptions<HoldfastOptions>
{
    /// <summary>Nobody reads further, and a hostile file shall not fill a terminal.</summary>
    private const int MaxProblems = 100;

    private readonly List<ConfigurationProblem> _problems = [];
    private readonly Dictionary<string, Origin> _origins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    /// <summary>Everything that is wrong, in the file's order, then the environment's.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => [.. _problems.OrderBy(problem => problem.Origin.Line).Take(MaxProblems)];

    /// <summary>Where a setting's value, or a section, came from.</summary>
    public Origin OriginOf(string path) => _origins.GetValueOrDefault(path, Origin.Default);

    /// <inheritdoc/>
    public void Configure(HoldfastOptions options)
    {
        switch (ReadDocument())
        {
            case ConfigSection root:
                ApplySection(root, "", options);
                break;
            case null or ConfigScalar { IsNothing: true }:
                break;
            case { } other:
                Report(Origin.InFile(input.Name, other.Line), null, "expected settings as 'key: value'");
                break;
        }

        ApplyEnvironment(options);
        ConfigurationDefaults.Follow(options, _origins);
        foreach (var (paths, message) in ConfigurationRules.Check(options, IsSaid))
        {
            // What could not be read has been reported; a rule that builds on it would only confuse.
            if (!paths.Any(_unreadable.Contains))
            {
                Report(OriginOf(paths.FirstOrDefault(IsSaid) ?? paths[0]), paths[0], message);
            }
        }
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, HoldfastOptions options) => _problems.Count == 0
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(Problems.Select(problem => problem.ToString()));

    private bool IsSaid(string path) => OriginOf(path).IsSaid;

    private ConfigNode? ReadDocument()
    {
        byte[] bytes;
        try
        {
            using var stream = input.OpenDocument();
            bytes = DocumentText.ReadBounded(stream);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Report(Origin.WholeFile(input.Name), null, unreadable switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException when Directory.Exists(input.Name) => "this is a folder: give the file in it",
                _ => $"cannot be read: {unreadable.Message}",
            });
            return null;
        }

        if (!DocumentText.TryDecode(bytes, out var text, out var line, out var problem))
        {
            Report(Origin.InFile(input.Name, line), null, problem);
            return null;
        }

        return DocumentReader.Read(text, (at, message) => Report(Origin.InFile(input.Name, at), null, message));
    }

    private void ApplySection(ConfigSection section, string path, HoldfastOptions options)
    {
        foreach (var entry in section.Entries)
        {
            var entryPath = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            var origin = Origin.InFile(input.Name, entry.Line);
            var isNothing = entry.Value is ConfigScalar { IsNothing: true };
            if (SettingTable.Sections.Contains(entryPath))
            {
                _origins[entryPath] = origin;
                if (entryPath == "cassandra")
                {
                    options.Cassandra ??= new CassandraOptions(); // an empty section is a section
                }

                if (entry.Value is ConfigSection inner)
                {
                    ApplySection(inner, entryPath, options);
                }
                else if (!isNothing)
                {
                    Report(origin, entryPath, "expected a section of keys, indented below");
                }
            }
            else if (!SettingTable.ByPath.TryGetValue(entryPath, out var setting))
            {
                Report(origin, Quoting.Clip(entryPath), $"there is no such setting{Suggestion.For(path, entry.Key)}");
            }
            else if (!isNothing)
            {
                Apply(setting, origin, setting.TryApply(entry.Value, options, out var problem), problem);
            }
        }
    }

    private void ApplyEnvironment(HoldfastOptions options)
    {
        var byName = SettingTable.All.ToDictionary(setting => setting.EnvironmentName, StringComparer.Ordinal);
        foreach (var (name, value) in input.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Setting.EnvironmentPrefix, StringComparison.Ordinal) && !Suggestion.IsMeantAsVariable(name))
            {
                continue;
            }

            var origin = Origin.InEnvironment(Quoting.Clip(name));
            if (byName.TryGetValue(name, out var setting))
            {
                Apply(setting, origin, setting.TryApply(value, options, out var problem), problem);
            }
            else
            {
                Report(origin, null, $"there is no setting of this name{Suggestion.ForVariable(name)}");
            }
        }
    }

    private void Apply(Setting setting, Origin origin, bool applied, string problem)
    {
        _origins[setting.Path] = origin;
        foreach (var section in setting.Sections)
        {
            _origins.TryAdd(section, origin); // a variable makes its section
        }

        if (!applied)
        {
            _unreadable.Add(setting.Path);
            Report(origin, setting.Path, problem);
        }
    }

    private void Report(Origin origin, string? key, string message)
    {
        if (_problems.Count <= MaxProblems)
        {
            _problems.Add(new ConfigurationProblem(origin, key, message));
        }
    }
}
