namespace Holdfast.Configuration;

/// <summary>What a misspelt key was probably meant to be.</summary>
internal static class Suggestion
{
    /// <summary>No setting's name is nearly as long: longer words are not compared.</summary>
    private const int MaxCompared = 64;

    /// <summary>For a file's key in a section (empty at the top): the same name elsewhere, or the nearest one beside it.</summary>
    public static string For(string section, string key)
    {
        var here = Children(section).ToList();
        var elsewhere = SettingTable.All.Where(setting => setting.Key == key).Select(setting => setting.Path);
        return (Nearest(key, here) is { } near ? Join(section, near) : elsewhere.FirstOrDefault()) switch
        {
            null when section.Length > 0 => $"; '{section}' has {string.Join(", ", here)}",
            null => "",
            var path => $"; did you mean '{path}'?",
        };
    }

    /// <summary>For an environment variable: the setting it was meant for, or those of the section it names.</summary>
    public static string ForVariable(string name)
    {
        if (SameButUnderscores(name) is { } same)
        {
            return $"; did you mean {same}?";
        }

        // Without the prefix, which all have in common and which would make them all look alike.
        var names = SettingTable.All.Select(setting => setting.EnvironmentName[Setting.EnvironmentPrefix.Length..]);
        if (Nearest(name["HOLDFAST".Length..].TrimStart('_'), names) is { } near)
        {
            return $"; did you mean {Setting.EnvironmentPrefix}{near}?";
        }

        var section = SettingTable.Sections
            .Where(path => $"{Words(name)}_".StartsWith($"HOLDFAST_{path.Replace('.', '_')}_", StringComparison.OrdinalIgnoreCase))
            .MaxBy(path => path.Length);
        return section is null ? "" : $"; '{section}' has {string.Join(", ", Children(section))}";
    }

    /// <summary>
    /// True for a variable without our prefix that can only have been meant for us: a setting's name with other underscores, or
    /// one with a section's name behind the wrong prefix. Whoever sets a limit shall not believe that it holds.
    /// </summary>
    public static bool IsMeantAsVariable(string name) =>
        name.StartsWith("HOLDFAST_", StringComparison.OrdinalIgnoreCase)
        && (SameButUnderscores(name) is not null || (name.Length <= MaxCompared && name["HOLDFAST_".Length..].Contains("__", StringComparison.Ordinal)));

    private static string? SameButUnderscores(string name) => SettingTable.All
        .Select(setting => setting.EnvironmentName)
        .FirstOrDefault(variable => string.Equals(Words(variable), Words(name), StringComparison.OrdinalIgnoreCase));

    /// <summary>With one underscore between words, however many there were.</summary>
    private static string Words(string name) => string.Join('_', name.Split('_', StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Children(string section) => SettingTable.All
        .Where(setting => section.Length == 0 || setting.Path.StartsWith(section + ".", StringComparison.Ordinal))
        .Select(setting => setting.Path[(section.Length == 0 ? 0 : section.Length + 1)..].Split('.')[0])
        .Distinct();

    private static string Join(string section, string key) => section.Length == 0 ? key : $"{section}.{key}";

    private static string? Nearest(string word, IEnumerable<string> candidates) => word.Length > MaxCompared
        ? null
        : candidates
            .Select(candidate => (Candidate: candidate, Distance: Remoteness(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.Distance <= Math.Max(1, Math.Min(pair.Candidate.Length, word.Length) / 3))
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();

    /// <summary>A word that was only cut short, or has a tail too much, is nearer than any misspelling.</summary>
    private static int Remoteness(string word, string candidate) =>
        word.Length > 2 && (candidate.StartsWith(word, StringComparison.Ordinal) || word.StartsWith(candidate, StringComparison.Ordinal))
            ? 0
            : Distance(word, candidate);

    /// <summary>Letters to insert, remove or replace to get from one word to the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var costs = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var row = 1; row <= from.Length; row++)
        {
            var diagonal = costs[0];
            costs[0] = row;
            for (var column = 1; column <= to.Length; column++)
            {
                var replaced = diagonal + (from[row - 1] == to[column - 1] ? 0 : 1);
                diagonal = costs[column];
                costs[column] = Math.Min(replaced, 1 + Math.Min(costs[column], costs[column - 1]));
            }
        }

        return costs[^1];
    }
}
